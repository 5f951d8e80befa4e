namespace Countersign.Web.Tests.Shared;

/// <summary>One running demo organisation for the tests of a class. They run one after the other and make drafts of their own.</summary>
public sealed class ADemo : IAsyncLifetime
{
    public const string Hannah = "hannah.okafor@northgate.example";
    public const string Tom = "tom.ashworth@northgate.example";
    public const string Fiona = "fiona.drummond@northgate.example";

    public TheProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Program = await TheProgram.StartDemoAsync();

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
