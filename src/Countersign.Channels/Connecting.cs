namespace Countersign.Channels;

/// <param name="Server">The server to connect to; a connector says in its refusal what it expects.</param>
/// <param name="Secret">What opens the account (an app password). Kept only if the connection is proven.</param>
public sealed record ConnectRequest(Uri? Server, string Handle, string? Secret)
{
    public override string ToString() => Handle;
}

public abstract record ConnectOutcome
{
    private ConnectOutcome()
    {
    }

    /// <param name="RemoteId">The network's identifier of the account (a DID), which survives a change of handle.</param>
    public sealed record Connected(string RemoteId, string Handle, string? DisplayName) : ConnectOutcome
    {
        /// <summary>What to keep and hand back with every delivery; null where that is what the person typed.</summary>
        public string? Secret { get; init; }

        /// <summary>The server the account is on, where the person gave it in an earlier step.</summary>
        public Uri? Server { get; init; }

        public ServerLimits? Limits { get; init; }

        public override string ToString() => $"{Handle} ({RemoteId})";
    }

    /// <param name="Sentence">What went wrong and what to do, for the person connecting.</param>
    public sealed record Refused(string Code, string Sentence) : ConnectOutcome;
}

public abstract record AuthoriseOutcome
{
    private AuthoriseOutcome()
    {
    }

    /// <param name="Page">Where the person says yes.</param>
    /// <param name="Kept">A secret, to be kept (locked) until the code is there.</param>
    public sealed record Ask(Uri Page, string Kept) : AuthoriseOutcome
    {
        public override string ToString() => Page.Host;
    }

    public sealed record Refused(string Code, string Sentence) : AuthoriseOutcome;
}
