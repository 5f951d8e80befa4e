namespace Countersign.Web.Tests.Shared;

/// <summary>One program with the demo organisation for all tests of a class: for tests that leave each other's things alone.</summary>
public sealed class DemoProgram : IAsyncLifetime
{
    public TheProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Program = await TheProgram.StartDemoAsync();

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
