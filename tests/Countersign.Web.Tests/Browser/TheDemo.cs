using Countersign.Web.Tests.Browser;
using Countersign.Web.Tests.Shared;

[assembly: AssemblyFixture(typeof(TheDemo))]

namespace Countersign.Web.Tests.Browser;

/// <summary>The demo organisation in a running program, for tests that only look. It starts when the first of them asks.</summary>
public sealed class TheDemo : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private TheProgram? program;

    public static string EmailOf(string name) => Setup.DemoPeople.Address(name);

    public async Task<TheProgram> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            return program ??= await TheProgram.StartDemoAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null)
            await program.DisposeAsync();
        starting.Dispose();
    }
}
