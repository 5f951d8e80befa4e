namespace Countersign.Web.Tests.Shared;

/// <summary>The demo organisation, started once for the tests of a class that leave it as they found it.</summary>
public sealed class SharedDemo : IAsyncLifetime
{
    public TheProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Program = await TheProgram.StartDemoAsync();

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
