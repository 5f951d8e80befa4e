using System.Net;
using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>What became of one call. Shows status and code only: a body can hold a session.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>What was seen, where that is not what was asked for.</summary>
    /// <param name="note">Of an answer; what went wrong on the way says so itself.</param>
    public Evidence Seen(string note) => this switch
    {
        Answered answered => answered.Evidence(note),
        Lost lost => new(lost.Status, null, lost.Note),
        NeverLeft never => new(null, null, never.Note),
        _ => throw new InvalidOperationException("A reply is one of three."),
    };

    public sealed record Answered(HttpStatusCode Status, JsonElement Body, RateLimit? Limit) : Reply
    {
        public TimeSpan? Wait => Limit?.Wait;

        public bool Ok => Status == HttpStatusCode.OK && Body.ValueKind == JsonValueKind.Object;

        /// <summary>As <see cref="Ok"/>, for networks that say 201 of what they made.</summary>
        public bool Taken => Status is HttpStatusCode.OK or HttpStatusCode.Created && Body.ValueKind == JsonValueKind.Object;

        /// <summary>What the server asks to be signed with the next call (RFC 9449).</summary>
        public string? Nonce { get; init; }

        /// <summary>The Link header's lines: where the next page is.</summary>
        public IReadOnlyList<string> Links { get; init; } = [];

        /// <summary>What the network calls what it made, where it says so in a header (x-restli-id); at most 200 signs.</summary>
        public string? MadeId { get; init; }

        /// <summary>The network's word for the error; anything that does not look like one (letters and _, at most 40) is left out.</summary>
        public string? Code => (Text("error") ?? Text("code")) is { Length: > 0 and <= 40 } code && code.All(c => char.IsAsciiLetter(c) || c == '_') ? code : null;

        public string? Text(params ReadOnlySpan<string> path) => Body.TextAt(path);

        public Evidence Evidence(string note) => new((int)Status, Code, note);

        public override string ToString() => $"{(int)Status} {Code}";
    }

    /// <summary>Not one byte of the body left this machine.</summary>
    public sealed record NeverLeft(string Note) : Reply;

    /// <summary>Something left, and no complete answer came.</summary>
    public sealed record Lost(int? Status, string Note) : Reply;
}
