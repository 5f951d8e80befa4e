namespace Countersign.Web.Tests.Shared;

/// <summary>One running demo organisation for the tests of a class. They run one after the other, and leave it as they found it or make drafts of their own.</summary>
public sealed class ADemo : IAsyncLifetime
{
    /// <summary>Writes for every account.</summary>
    public const string Hannah = "hannah.okafor@northgate.example";
    /// <summary>Writes for Livingston alone.</summary>
    public const string Tom = "tom.ashworth@northgate.example";
    /// <summary>Signs for Brand.</summary>
    public const string Fiona = "fiona.drummond@northgate.example";

    /// <summary>Signs for Compliance; may lock and read sealed words.</summary>
    public const string Daniel = "daniel.mensah@northgate.example";

    /// <summary>Head of communications; may lock and release.</summary>
    public const string Ruth = "ruth.fenwick@northgate.example";

    /// <summary>The only administrator.</summary>
    public const string Marek = "marek.nowak@northgate.example";

    /// <summary>Reads everything, writes nothing.</summary>
    public const string Helen = "helen.marsh@northgate.example";

    public TheProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Program = await TheProgram.StartDemoAsync(settings: new Dictionary<string, string> { ["Standing__Every"] = "00:00:02" });

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
