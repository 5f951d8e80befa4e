using System.Net;
using System.Net.Http.Headers;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Has a time stamp authority say that the latest checkpoint existed by now (RFC 3161): hourly, daily, as the settings say.</summary>
public sealed class StampCheckpoint(CountersignDb db, SignedLog log, WitnessPolicies policies, OutsideStates states, Outside outside, TimeProvider clock)
{
    /// <summary>What the states call the authority.</summary>
    public const string Name = "time stamp authority";

    /// <summary>After a failure, and then twice, four times… as long; never longer than the time between two stamps.</summary>
    private static readonly TimeSpan firstRetry = TimeSpan.FromMinutes(1);

    /// <returns>True where a new token is kept now.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (policies.Settings.StampAuthority is not { } authority || await log.LatestAsync(cancellationToken) is not { } latest || !SignedNote.TryParse(latest.Note, out var note))
            return false;
        var last = await db.Set<CheckpointStamp>().AsNoTracking().OrderByDescending(stamp => stamp.Size).FirstOrDefaultAsync(cancellationToken);
        var now = clock.GetUtcNow();
        if (last is not null && (last.Size == latest.Size || now - last.At < policies.Settings.StampEvery))
            return false;
        if (states.Of(Name) is { Trouble: not null } state && now < state.TriedAt + Least(policies.Settings.StampEvery, firstRetry * (1 << Math.Min(20, state.Failures - 1))))
            return false;
        var trouble = await StampAsync(authority, note, latest.Size, cancellationToken);
        states.Tell(Name, now, trouble);
        return trouble is null;
    }

    private async Task<string?> StampAsync(Uri authority, SignedNote note, long size, CancellationToken cancellationToken)
    {
        var request = TimeStamp.Request(note);
        try
        {
            using var content = new ByteArrayContent(request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            var (status, _, body) = await outside.PostAsync(authority, content, cancellationToken);
            if (status != HttpStatusCode.OK)
                return $"It answered with status {(int)status}.";
            if (!TimeStamp.TryTake(request, body, note, policies.Roots, out var stamp, out var fault))
                return $"Its time stamp {fault}.";
            db.Add(new CheckpointStamp { Size = size, Authority = stamp.Authority, Token = stamp.Token, At = stamp.At });
            _ = await db.KeepAsync(cancellationToken);
            db.ChangeTracker.Clear();
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return $"It could not be reached: {failure.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "It did not answer in time.";
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
