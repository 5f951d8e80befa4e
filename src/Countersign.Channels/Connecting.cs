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

    /// <summary>The person may connect several: they say which.</summary>
    /// <param name="Kept">A secret, to be kept (locked) until they have chosen.</param>
    public sealed record Choose(IReadOnlyList<AccountChoice> Accounts, string Kept) : ConnectOutcome
    {
        public override string ToString() => $"{Accounts.Count} to choose from";
    }

    /// <param name="Sentence">What went wrong and what to do, for the person connecting.</param>
    public sealed record Refused(string Code, string Sentence) : ConnectOutcome;
}

/// <param name="Lacking">Why it cannot be connected, in a sentence; null where it can.</param>
public sealed record AccountChoice(string RemoteId, string Name, string? Lacking = null);

/// <summary>How a person allows this program on a network.</summary>
/// <param name="ComesBack">True where the network sends the browser back here with the code; false where it shows the code to be copied.</param>
/// <param name="AsksServer">True where every account is on a server of its own choice.</param>
/// <param name="AsksApp">True where the organisation's own app must be named each time, because the settings name none.</param>
public sealed record Allowing(bool ComesBack, bool AsksServer, bool AsksApp)
{
    /// <summary>How long it holds, however often the access is renewed; null where the network sets no end or says it each time.</summary>
    public TimeSpan? Lasts { get; init; }
}

/// <param name="Server">The account's own, where the network has several.</param>
/// <param name="App">The organisation's own app on the network, where the settings name none.</param>
/// <param name="Back">Our page that the network sends the browser to.</param>
/// <param name="State">Comes back with the browser and tells that it was sent from here; a network that comes back is given it.</param>
public sealed record AuthoriseRequest(Uri? Server, AppKey? App, Uri Back, string State)
{
    public override string ToString() => Server?.Host ?? "";
}

/// <summary>An app that the organisation registered with the network: its name there and its secret.</summary>
public sealed record AppKey(string Id, string Secret)
{
    public override string ToString() => nameof(AppKey);
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
