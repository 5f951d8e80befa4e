using System.Security.Cryptography;

namespace Countersign.Decisions;

/// <summary>What stands where words were erased.</summary>
public static class Erased
{
    public const string Marker = "[erased]";
}

/// <summary>Personal content with the salt that hides it: the vault keeps all of it, the ledger only the commitment.</summary>
/// <param name="Name">What it is, in an entry's "c": "text", "reason", "person".</param>
/// <param name="Item">Its own identifier; part of what is hashed, so that equal words in two places differ.</param>
public sealed record Sealed(string Name, string Item, byte[] Salt, string Content)
{
    /// <summary>Lower-case hex of the salted SHA-256.</summary>
    public string Commitment { get; } = Ledger.Commitment.Of(Salt, Item, Content).ToString();

    public static Sealed New(string name, string content) =>
        new(name, Guid.CreateVersion7().ToString(), RandomNumberGenerator.GetBytes(32), content);
}
