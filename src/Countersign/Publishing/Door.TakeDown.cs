using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Publishing;

/// <summary>Taking down what stands. No lock stops it, and it may be repeated: a post that is gone already was taken down.</summary>
public sealed partial class Door
{
    /// <summary>Asks the network once. The order has moved when this returns.</summary>
    public async Task<Decision<TakeDownMoved>> TakeDownAsync(TakeDown order, Account account, CancellationToken cancellationToken)
    {
        if (await WhyNotDownAsync(order, account, cancellationToken) is var (code, note))
            return await db.CommitAsync(order.Move(TakeDownState.Failed, clock.GetUtcNow(), code, note), order.Apply, cancellationToken);
        var intent = await db.CommitAsync(order.Move(TakeDownState.Sending, clock.GetUtcNow()), order.Apply, cancellationToken);
        return intent.IsTaken ? await RecordAsync(order, account, await AskDownAsync(order, account)) : intent;
    }

    /// <summary>Who ordered it must hold the role still, and the network must offer it.</summary>
    private async Task<(string Code, string Note)?> WhyNotDownAsync(TakeDown order, Account account, CancellationToken cancellationToken)
    {
        var by = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == order.OrderedBy, cancellationToken);
        return 0 switch
        {
            _ when by is null || TakeDown.WhyNot(new Actor(by.Id, by.Name, by.Grants), account.Ref) is not null => ("not-entitled", "Who ordered it does not hold the role any more."),
            _ when account.State != AccountState.Connected => (AccountShut, $"{account.Title} has to be connected again first."),
            _ when !networks.Can<IDelete>(account.Network) => ("not-offered", "This network does not let a program take posts down. Take it down on its own page."),
            _ when order.Attempts >= TakeDown.MaxAttempts => ("attempts-used", order.Note ?? "The network could not be asked."),
            _ => null,
        };
    }

    private async Task<Outcome> AskDownAsync(TakeDown order, Account account)
    {
        using var limit = new CancellationTokenSource(settings.Value.AnswerWithin);
        try
        {
            return await networks.Get<IDelete>(account.Network).DeleteAsync(credentials.Open(account), new RemoteRef(order.RemoteId, order.Address, order.RemoteVersion), limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new Outcome.Unknown(new NetworkEvidence(null, null, $"The network did not answer within {settings.Value.AnswerWithin.TotalSeconds:0} seconds."));
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "The connector for {Network} failed on taking down {Post}", account.Network, order.RemoteId);
            return new Outcome.Unknown(new NetworkEvidence(null, fault.GetType().Name, "The connector failed while the network may have had it."));
        }
    }

    private async Task<Decision<TakeDownMoved>> RecordAsync(TakeDown order, Account account, Outcome outcome)
    {
        var now = clock.GetUtcNow();
        var decision = outcome switch
        {
            Outcome.Accepted => order.Move(TakeDownState.Down, now),
            Outcome.Rejected rejected => order.Move(TakeDownState.Failed, now, $"rejected-{rejected.Kind}", rejected.Evidence.Note),
            Outcome.NotSent notSent => order.Move(TakeDownState.Ordered, now, $"not-sent-{notSent.Kind}", notSent.Evidence.Note, now + notSent.RetryAfter),
            Outcome.Unknown unknown => order.Move(TakeDownState.Ordered, now, "outcome-unknown", unknown.Evidence.Note),
            _ => throw new InvalidOperationException($"An outcome called {outcome.GetType().Name} is not known."),
        };
        var recorded = await db.CommitAsync(decision, order.Apply, CancellationToken.None);
        await MarkShutAsync(outcome, account);
        return recorded;
    }

    /// <summary>In a commit of its own: if the account was changed meanwhile, the outcome stands all the same and the next call asks again.</summary>
    private async Task MarkShutAsync(Outcome? outcome, Account account)
    {
        if (outcome is not Outcome.Rejected { Kind: RejectKind.AuthExpired or RejectKind.AuthRevoked or RejectKind.AccountRestricted } shut || account.State != AccountState.Connected)
            return;
        _ = await db.CommitAsync<AccountRefused>(
            new AccountRefused(shut.Kind switch { RejectKind.AuthExpired => "auth-expired", RejectKind.AuthRevoked => "auth-revoked", _ => "account-restricted" }) { Subject = account.Id, By = Actor.Automation.Id, At = clock.GetUtcNow() },
            _ => account.State = AccountState.NeedsReconnect,
            CancellationToken.None);
    }
}
