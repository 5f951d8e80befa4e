using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Countersign.Decisions;

namespace Countersign.Storage;

/// <summary>
/// Encrypts what is sealed: each item with a data key of its own, and that wrapped with a key from <c>keys/content.keys</c>. To destroy
/// an item for good it is enough to forget its row; who has a copy of the database alone reads none of them.
/// </summary>
/// <remarks>The file holds a line for each wrapping key, "number key", the newest last. Old ones stay as long as an item or a backup needs them.</remarks>
public sealed class ContentKeys(Installation installation)
{
    private const string FileName = "content.keys";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Lock gate = new();
    private IReadOnlyDictionary<int, byte[]>? known;

    /// <summary>The number of the key that wraps now.</summary>
    public int Newest => Known.Keys.Max();

    /// <summary>Begins a new wrapping key. What older keys wrap stays readable; <see cref="Rewrap(VaultItem)"/> brings it under the new one.</summary>
    public int Turn()
    {
        lock (gate)
        {
            var next = Newest + 1;
            SecretFile.Append(installation.DataFolder, FileName, Line(next));
            known = null;
            return next;
        }
    }

    internal VaultItem Close(Sealed item, string obj)
    {
        var dataKey = RandomNumberGenerator.GetBytes(KeyLength);
        var master = Newest;
        return new VaultItem
        {
            Commitment = item.Commitment,
            Item = item.Item,
            Name = item.Name,
            Object = obj,
            Salt = item.Salt,
            Master = master,
            Wrapped = Encrypt(Known[master], dataKey, item.Commitment),
            Cipher = Encrypt(dataKey, Encoding.UTF8.GetBytes(item.Content), item.Commitment),
        };
    }

    /// <returns>False where the item was erased, its key is not here, or anything in it was changed.</returns>
    public bool TryOpen(VaultItem item, [NotNullWhen(true)] out string? content)
    {
        content = null;
        if (item is not { Wrapped: { } wrapped, Cipher: { } cipher, Master: { } master } || KeyOf(master) is not { } key)
            return false;
        try
        {
            content = Encoding.UTF8.GetString(Decrypt(Decrypt(key, wrapped, item.Commitment), cipher, item.Commitment));
            return true;
        }
        catch (Exception changed) when (changed is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Encrypts what a row holds in clear, with a data key of its own.</summary>
    internal void Close(IEncrypted row)
    {
        var dataKey = RandomNumberGenerator.GetBytes(KeyLength);
        (row.Size, row.Master) = (row.Clear.Length, Newest);
        (row.Wrapped, row.Cipher) = (Encrypt(Known[row.Master.Value], dataKey, row.Name), Encrypt(dataKey, row.Clear, row.Name));
    }

    /// <returns>Nothing where the bytes were erased, their key is not here, or anything in them was changed.</returns>
    internal byte[] Open(IEncrypted row)
    {
        if (row is not { Wrapped: { } wrapped, Cipher: { } cipher, Master: { } master } || KeyOf(master) is not { } key)
            return [];
        try
        {
            return Decrypt(Decrypt(key, wrapped, row.Name), cipher, row.Name);
        }
        catch (Exception changed) when (changed is CryptographicException or ArgumentException or OverflowException)
        {
            return [];
        }
    }

    /// <summary>Wraps the row's data key with the newest key. Its bytes are not touched.</summary>
    /// <exception cref="CryptographicException">The row was changed, or wrapped with another key of that number.</exception>
    public void Rewrap(IEncrypted row)
    {
        var dataKey = Decrypt(KeyOf(row.Master!.Value) ?? throw new CryptographicException($"keys/{FileName} holds no key {row.Master}."), row.Wrapped!, row.Name);
        (row.Wrapped, row.Master) = (Encrypt(Known[Newest], dataKey, row.Name), Newest);
    }

    /// <summary>Wraps the item's data key with the newest key. Its content is not touched.</summary>
    /// <exception cref="CryptographicException">The item was changed, or wrapped with another key of that number.</exception>
    public void Rewrap(VaultItem item)
    {
        var dataKey = Decrypt(KeyOf(item.Master!.Value) ?? throw new CryptographicException($"keys/{FileName} holds no key {item.Master}."), item.Wrapped!, item.Commitment);
        (item.Wrapped, item.Master) = (Encrypt(Known[Newest], dataKey, item.Commitment), Newest);
    }

    private IReadOnlyDictionary<int, byte[]> Known
    {
        get
        {
            lock (gate)
                return known ??= Read();
        }
    }

    /// <summary>Another node may have turned the key since the file was read.</summary>
    private byte[]? KeyOf(int number)
    {
        if (Known.TryGetValue(number, out var key))
            return key;
        lock (gate)
            known = null;
        return Known.GetValueOrDefault(number);
    }

    private Dictionary<int, byte[]> Read() => SecretFile.OpenOrCreate(installation.DataFolder, FileName, () => Line(1))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => Convert.FromBase64String(parts[1]));

    private static string Line(int number) => $"{number.ToString(CultureInfo.InvariantCulture)} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength))}";

    /// <summary>Nonce, tag and AES-256-GCM ciphertext; bound to the commitment, so that no item can stand in for another.</summary>
    private static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plain, string commitment)
    {
        var cipher = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(cipher.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(cipher.AsSpan(0, NonceLength), plain, cipher.AsSpan(NonceLength + TagLength), cipher.AsSpan(NonceLength, TagLength), Encoding.ASCII.GetBytes(commitment));
        return cipher;
    }

    private static byte[] Decrypt(byte[] key, byte[] cipher, string commitment)
    {
        var plain = new byte[cipher.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(cipher.AsSpan(0, NonceLength), cipher.AsSpan(NonceLength + TagLength), cipher.AsSpan(NonceLength, TagLength), plain, Encoding.ASCII.GetBytes(commitment));
        return plain;
    }
}
