using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Countersign.Decisions;
using Countersign.Notices;
using Countersign.People;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>Tells open pages that something changed, and of what kind; each then asks for what it shows.</summary>
public sealed class LiveEvents(CommitSignal signal, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime)
{
    public const string Path = "/events";

    /// <summary>The last word to a page whose session has ended: its strip asks for itself, and is sent to sign in.</summary>
    public const string Over = "over";

    /// <summary>Signals that come within this time go out as one, so that a burst does not make every page load a hundred times.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan heartbeat = TimeSpan.FromSeconds(20);

    /// <returns>The kinds of object that changed, comma-separated ("draft,publication"); empty as a heartbeat. Ends when the session does.</returns>
    public async IAsyncEnumerable<SseItem<string>> ListenAsync(Guid session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var listening = signal.Listen();
        yield return new SseItem<string>("");
        Guid? reader = null;
        while (!ended.IsCancellationRequested)
        {
            var kinds = new SortedSet<string>(StringComparer.Ordinal);
            try
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
                pause.CancelAfter(heartbeat);
                _ = await listening.Reader.WaitToReadAsync(pause.Token);
                await Task.Delay(gather, ended.Token);
                while (listening.Reader.TryRead(out var committed))
                    kinds.Add(committed.Act[..(committed.Act.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? dot : committed.Act.Length)]);
            }
            catch (OperationCanceledException)
            {
                if (ended.IsCancellationRequested)
                    yield break;
            }

            // What somebody else was told is no news here.
            if (kinds.Count > 0 && reader is { } known && kinds.RemoveWhere(kind => IsOfAnother(kind, known)) > 0 && kinds.Count == 0)
                continue;
            if (await FindAsync(session, ended.Token) is not { } actor)
            {
                yield return new SseItem<string>(Over);
                yield break;
            }

            reader = actor.Id;
            kinds.RemoveWhere(kind => IsOfAnother(kind, actor.Id));
            yield return new SseItem<string>(string.Join(',', kinds));
        }
    }

    private static bool IsOfAnother(string kind, Guid reader) => kind.StartsWith(NoticeBook.ChannelStart, StringComparison.Ordinal) && kind != NoticeBook.Channel(reader);

    private async Task<Actor?> FindAsync(Guid session, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<WhoActs>().FindAsync(session, isUse: false, cancellationToken);
    }
}
