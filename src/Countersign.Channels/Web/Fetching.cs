using System.Net;

namespace Countersign.Channels.Web;

/// <summary>What is asked of a stranger's server, and how much of it is taken.</summary>
/// <param name="MaxBytes">Of the body, unpacked. More is refused, not cut.</param>
/// <param name="Accept">As the header says it: "text/html".</param>
public sealed record FetchRequest(Uri Address, int MaxBytes, string Accept)
{
    /// <summary>From the first connection to the last byte, all hops together.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses a server may send us on to.</summary>
    public int MaxHops { get; init; } = 5;

    /// <summary>The version that is known already: the server may answer that it is still the same.</summary>
    public string? ETag { get; init; }

    public DateTimeOffset? ModifiedSince { get; init; }
}

/// <summary>What became of it. Sentences are for whoever asked; none holds what the server sent.</summary>
public abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    /// <param name="Address">Where it was found in the end.</param>
    /// <param name="ContentType">Without parameters, lower case; empty where the server does not say.</param>
    /// <param name="Charset">As the server says; null where it does not.</param>
    public sealed record Fetched(Uri Address, string ContentType, string? Charset, ReadOnlyMemory<byte> Body) : FetchOutcome
    {
        public string? ETag { get; init; }

        public DateTimeOffset? LastModified { get; init; }

        /// <summary>True where every server on the way said that the address it sent us to is the one from now on.</summary>
        public bool IsMovedForGood { get; init; }
    }

    /// <summary>Still what was known.</summary>
    public sealed record NotModified : FetchOutcome;

    /// <summary>We do not go there, whatever the server would say.</summary>
    public sealed record Refused(string Code, string Sentence) : FetchOutcome;

    /// <param name="Status">Of the last answer; null where there was none.</param>
    /// <param name="RetryAfter">How long the server asks to be left alone.</param>
    public sealed record Failed(string Code, string Sentence, HttpStatusCode? Status = null, TimeSpan? RetryAfter = null) : FetchOutcome;
}
