using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Countersign.Storage;

/// <summary>
/// Bytes that a row keeps encrypted, with a data key of their own that a key from <c>keys/content.keys</c> wraps. In memory they are clear:
/// the database's context opens them when a row is read and closes them when it is saved. Erased by forgetting all three columns.
/// </summary>
public interface IEncrypted
{
    /// <summary>What they are bound to, so that no row can stand in for another: their hash.</summary>
    string Name { get; }

    /// <summary>Not mapped. Empty where they were erased, or cannot be opened.</summary>
    byte[] Clear { get; set; }

    /// <summary>Of the clear bytes.</summary>
    int Size { get; set; }

    int? Master { get; set; }

    byte[]? Wrapped { get; set; }

    byte[]? Cipher { get; set; }

    /// <summary>Whether two people destroyed them.</summary>
    bool IsErased { get; }
}

/// <summary>Opens what was encrypted as rows are read.</summary>
internal sealed class OpenWhenRead : IMaterializationInterceptor
{
    public static readonly OpenWhenRead Interceptor = new();

    public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
    {
        if (entity is IEncrypted encrypted && materializationData.Context is CountersignDb db)
            db.Open(encrypted);
        return entity;
    }
}
