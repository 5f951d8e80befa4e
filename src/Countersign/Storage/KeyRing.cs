using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Storage;

/// <summary>One of the keys that protect cookies, forms and credentials, itself encrypted. In the database, so that every node has them.</summary>
public sealed class ProtectionKey
{
    public required string Name { get; init; }

    /// <summary>Nonce (12 bytes), tag (16 bytes) and AES-256-GCM ciphertext of the framework's XML.</summary>
    public required byte[] Cipher { get; init; }
}

/// <summary>
/// Keeps the framework's data-protection keys in our database, encrypted with a key from the data folder: who has a copy of the
/// database alone cannot open an account or forge a session.
/// </summary>
public sealed class KeyRing(IServiceScopeFactory scopes, Installation installation) : IXmlRepository
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Lazy<byte[]> master = new(() => Convert.FromBase64String(
        SecretFile.OpenOrCreate(installation.DataFolder, "vault.key", () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))));

    /// <exception cref="InvalidOperationException">The keys were encrypted with another vault key.</exception>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        return [.. scope.ServiceProvider.GetRequiredService<CountersignDb>().Set<ProtectionKey>().AsNoTracking().AsEnumerable().Select(key => XElement.Parse(Open(key.Cipher)))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        db.Add(new ProtectionKey { Name = friendlyName, Cipher = Seal(element.ToString(SaveOptions.DisableFormatting)) });

        // The framework's interface is synchronous; it is called at start and at rotation, every 90 days.
        db.KeepAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private byte[] Seal(string xml)
    {
        var plain = Encoding.UTF8.GetBytes(xml);
        var cipher = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(cipher.AsSpan(0, NonceLength));
        using var aes = new AesGcm(master.Value, TagLength);
        aes.Encrypt(cipher.AsSpan(0, NonceLength), plain, cipher.AsSpan(NonceLength + TagLength), cipher.AsSpan(NonceLength, TagLength));
        return cipher;
    }

    private string Open(byte[] cipher)
    {
        var plain = new byte[cipher.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(master.Value, TagLength);
            aes.Decrypt(cipher.AsSpan(0, NonceLength), cipher.AsSpan(NonceLength + TagLength), cipher.AsSpan(NonceLength, TagLength), plain);
        }
        catch (CryptographicException wrong)
        {
            throw new InvalidOperationException("keys/vault.key is not the key this database was used with. Restore the keys folder that belongs to it; without it no account can be opened.", wrong);
        }

        return Encoding.UTF8.GetString(plain);
    }
}

internal sealed class ProtectionKeyMapping : IEntityTypeConfiguration<ProtectionKey>
{
    public void Configure(EntityTypeBuilder<ProtectionKey> entity) => entity.ToTable("data_protection_key").HasKey(key => key.Name);
}
