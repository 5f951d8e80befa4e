using System.Text.Json;

namespace Countersign.Ledger;

/// <summary>Verifies that the content in a folder is what entries committed to. Remembers 33 bytes per piece of content.</summary>
internal sealed class ContentAudit
{
    /// <summary>In bytes, for the text of one item with its salt.</summary>
    private const int LongestContent = 8 << 20;

    /// <summary>Whether an entry commits to it, by the name of each file in the folder.</summary>
    private readonly Dictionary<Commitment, bool> shown = [];

    public int Shown => shown.Count;

    public long Committed { get; private set; }

    public void Add(Commitment named) => shown[named] = false;

    /// <summary>Takes note of the commitments in an entry: the texts of the object under its "c".</summary>
    public void Look(ReadOnlySpan<byte> entry)
    {
        if (shown.Count == 0)
            return;
        try
        {
            var reader = new Utf8JsonReader(entry);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var ofCommitments = reader.ValueTextEquals("c"u8);
                reader.Read();
                if (ofCommitments && reader.TokenType == JsonTokenType.StartObject)
                    LookIn(ref reader);
                else
                    reader.Skip();
            }
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            // A log may hold entries that are not JSON; those commit to nothing.
        }
    }

    public void Finish(LogFiles files, Findings findings)
    {
        foreach (var (named, isClaimed) in shown)
        {
            var path = LogFolder.ContentPath(named);
            if (!files.TryRead(path, 1, LongestContent, out var bytes, out var fault))
                findings.Add("content-damaged", $"The file {path} {fault}.", path);
            else if (!CommittedContent.TryParse(bytes, out var content))
                findings.Add("content-damaged", $"The file {path} does not have the form of content.", path);
            else if (content.Commitment != named)
                findings.Add("content-changed", $"The words in {path} were changed: they are not those that an entry stands for.", path);
            else if (!isClaimed)
                findings.Add("content-unknown", $"No entry stands for the words in {path}.", path);
        }
    }

    private void LookIn(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !Commitment.TryParse(reader.GetString(), out var commitment))
            {
                reader.Skip();
                continue;
            }
            Committed++;
            if (shown.ContainsKey(commitment))
                shown[commitment] = true;
        }
    }
}
