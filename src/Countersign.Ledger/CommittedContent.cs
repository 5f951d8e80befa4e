using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Countersign.Ledger;

/// <summary>Words that an entry committed to, with all that is needed to show it.</summary>
/// <param name="Salt">32 random bytes.</param>
/// <param name="Item">The id that the application gave the words.</param>
public sealed record CommittedContent(byte[] Salt, string Item, string Content)
{
    public Commitment Commitment => Commitment.Of(Salt, Item, Content);

    /// <summary>As it lies in <c>content/</c> of an export.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(new JsonObject { ["salt"] = Convert.ToBase64String(Salt), ["item"] = Item, ["content"] = Content });

    /// <summary>Reads an object with exactly these three members, written in whatever way JSON allows.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out CommittedContent? content)
    {
        content = null;
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 2 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 3)
                return false;
            if (!TextOf(root, "salt", out var salt) || !TextOf(root, "item", out var item) || !TextOf(root, "content", out var text))
                return false;
            if (!NoteKey.TryBase64(salt, out var bytes) || bytes.Length != Commitment.SaltLength || item.Contains('\0'))
                return false;
            content = new CommittedContent(bytes, item, text);
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The latter for text that escapes half of a character pair.
            return false;
        }
    }

    private static bool TextOf(JsonElement root, string name, out string text)
    {
        text = "";
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString()!;
        return true;
    }
}
