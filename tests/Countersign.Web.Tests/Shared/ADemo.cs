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

    /// <summary>Posts that the demo has on its newsrooms.</summary>
    private const int Published = 2;

    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    public TheProgram Program { get; private set; } = null!;

    /// <summary>Ready once its approved posts have gone out: the delivery worker takes a moment.</summary>
    public async ValueTask InitializeAsync()
    {
        Program = await TheProgram.StartDemoAsync(settings: new Dictionary<string, string> { ["Standing__Every"] = "00:00:02" });
        using var reader = Program.Visit();
        using var limit = new CancellationTokenSource(patience);
        while ((await reader.OpenAsync("/newsroom")).Document.QuerySelectorAll(".news-post").Length < Published)
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
