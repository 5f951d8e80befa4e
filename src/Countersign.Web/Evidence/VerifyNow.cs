using Countersign.Evidence;
using Countersign.Storage;

namespace Countersign.Web.Evidence;

/// <summary>Reads every entry again because somebody asked. It goes on when they leave the page; who asks meanwhile watches the same one.</summary>
public sealed class VerifyNow(IServiceScopeFactory scopes, VerifiedLog verified, VerifiedState state, TimeProvider clock)
{
    /// <summary>How long a form waits for it: what takes longer is watched.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;

    public Verified State => verified.State;

    /// <summary>Null when nothing is being read because somebody asked.</summary>
    public Reading? Progress
    {
        get
        {
            lock (gate)
                return running.IsCompleted ? null : verified.Reading;
        }
    }

    /// <returns>True when it is finished already.</returns>
    public async Task<bool> StartAsync(CancellationToken stop)
    {
        Task reading;
        lock (gate)
            reading = running = running.IsCompleted ? Task.Run(ReadAsync, CancellationToken.None) : running;
        if (await Task.WhenAny(reading, Task.Delay(patience, stop)) != reading)
            return false;
        await reading;
        return true;
    }

    private async Task ReadAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        await verified.CheckAsync(scope.ServiceProvider.GetRequiredService<CountersignDb>(), fromTheStart: true, clock.GetUtcNow(), CancellationToken.None);
        await state.CheckAsync(scope.ServiceProvider.GetRequiredService<StateCheck>(), clock.GetUtcNow(), CancellationToken.None);
    }
}
