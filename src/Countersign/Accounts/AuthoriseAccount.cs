using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Channels;
using Countersign.Decisions;
using Microsoft.AspNetCore.DataProtection;

namespace Countersign.Accounts;

/// <summary>What the person does next.</summary>
/// <param name="Page">On the account's server: where they allow it.</param>
/// <param name="Kept">What the next step needs, locked with the installation's keys; good for half an hour and for this person only.</param>
public sealed record AskedToAllow(Uri Page, string Kept)
{
    public override string ToString() => Page.Host;
}

/// <summary>Who came back from a network.</summary>
public sealed record Returning(string Network, Guid SiteId, string Title);

/// <summary>What became of a connection: the account is connected, or the person has to say which one.</summary>
public sealed record Allowed(AccountConnected? Connected, ToChoose? ToChoose);

/// <param name="Kept">As <see cref="AskedToAllow.Kept"/>.</param>
public sealed record ToChoose(Returning Returning, IReadOnlyList<OfferedAccount> Accounts, string Kept)
{
    public override string ToString() => Returning.Network;
}

/// <param name="Lacking">Why it cannot be connected, in a sentence; null where it can.</param>
public sealed record OfferedAccount(string RemoteId, string Name, string? Lacking);

/// <summary>An administrator connects a public voice on a network that asks its own people: they allow it there, and bring back a code, by hand or because the network sends them back here.</summary>
public sealed class AuthoriseAccount(ConnectAccount connect, Networks networks, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>Longer than a code lives on any server.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private static readonly Refusal tooLate = new("begin-again", "That connection was begun too long ago, or by somebody else. Begin again.");

    private readonly IDataProtector protector = protection.CreateProtector("Countersign.Accounts.Authorise.v2");

    /// <param name="back">Our page that a network sends the browser to.</param>
    public async Task<Decision<AskedToAllow>> BeginAsync(Connecting connecting, Uri back, Actor by, CancellationToken cancellationToken)
    {
        var judged = await connect.JudgeAsync(connecting, by, cancellationToken);
        if (!judged.IsTaken)
            return judged.Refusal;
        var authorise = networks.Get<IAuthorise>(connecting.Network);
        if (authorise.Allowing.AsksServer && judged.Taken.Server is null)
            return new Refusal("bad-server", "Give the account's server as an address, such as https://example.social.");
        var app = connecting is { AppId: { Length: > 0 } id, Secret: { Length: > 0 } secret } ? new AppKey(id.Trim(), secret) : null;
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return await authorise.BeginAsync(new AuthoriseRequest(judged.Taken.Server, app, back, state), cancellationToken) switch
        {
            AuthoriseOutcome.Ask ask => new AskedToAllow(ask.Page, Lock(new Begun(connecting with { Secret = null }, ask.Kept, state, Step.Code, by.Id, clock.GetUtcNow()))),
            AuthoriseOutcome.Refused refused => new Refusal(refused.Code, refused.Sentence),
            _ => throw new InvalidOperationException("A connector asks or refuses."),
        };
    }

    /// <summary>The browser is back, with what the network gave it.</summary>
    /// <param name="kept">Null where this browser began nothing.</param>
    /// <param name="state">Sent along with the browser; another one was not sent from here.</param>
    /// <param name="issuer">Who the browser says it comes from, where the network's servers say who they are.</param>
    public Decision<Returning> Recognise(string? kept, string? state, string? issuer, Actor by) =>
        Open(kept, Step.Code, by) is { } begun
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(begun.State), Encoding.UTF8.GetBytes(state ?? ""))
            && (!networks.Can<INamesItself>(begun.Connecting.Network) || networks.Get<INamesItself>(begun.Connecting.Network).WasAsked(begun.Kept, issuer))
            ? ReturningOf(begun)
            : tooLate;

    public async Task<Decision<Allowed>> CompleteAsync(string kept, string code, Actor by, CancellationToken cancellationToken) =>
        Open(kept, Step.Code, by) is { } begun
            ? await KeepAsync(begun, by, networks.Get<IAuthorise>(begun.Connecting.Network).CompleteAsync, code, cancellationToken)
            : tooLate;

    /// <summary>The person may connect several accounts, and says which.</summary>
    public async Task<Decision<Allowed>> ChooseAsync(string kept, string remoteId, Actor by, CancellationToken cancellationToken) =>
        Open(kept, Step.Choice, by) is { } begun
            ? await KeepAsync(begun, by, networks.Get<IChooseAccount>(begun.Connecting.Network).ChooseAsync, remoteId, cancellationToken)
            : tooLate;

    private async Task<Decision<Allowed>> KeepAsync(Begun begun, Actor by, Func<string, string, CancellationToken, Task<ConnectOutcome>> ask, string brought, CancellationToken cancellationToken)
    {
        var judged = await connect.JudgeAsync(begun.Connecting, by, cancellationToken);
        if (!judged.IsTaken)
            return judged.Refusal;
        var answer = await ask(begun.Kept, brought, cancellationToken);
        if (answer is ConnectOutcome.Choose choose)
        {
            return new Allowed(null, new ToChoose(
                ReturningOf(begun),
                [.. choose.Accounts.Select(account => new OfferedAccount(account.RemoteId, account.Name, account.Lacking))],
                Lock(begun with { Kept = choose.Kept, Step = Step.Choice, At = clock.GetUtcNow() })));
        }

        var connected = await connect.KeepAsync(begun.Connecting, judged.Taken.Server, answer, by, cancellationToken);
        return connected.IsTaken ? new Allowed(connected.Taken, null) : connected.Refusal;
    }

    private static Returning ReturningOf(Begun begun) => new(begun.Connecting.Network, begun.Connecting.SiteId, begun.Connecting.Title);

    private string Lock(Begun begun) => protector.Protect(JsonSerializer.Serialize(begun));

    /// <returns>Null for what was not begun here, by this person, within the time.</returns>
    private Begun? Open(string? kept, Step step, Actor by)
    {
        try
        {
            return kept is not null && JsonSerializer.Deserialize<Begun>(protector.Unprotect(kept)) is { } begun && begun.Step == step && begun.By == by.Id && clock.GetUtcNow() - begun.At <= Patience ? begun : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    private enum Step
    {
        Code,
        Choice,
    }

    private sealed record Begun(Connecting Connecting, string Kept, string State, Step Step, Guid By, DateTimeOffset At)
    {
        public override string ToString() => Connecting.ToString();
    }
}
