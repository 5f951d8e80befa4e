using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class LiveEventsTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task News_ends_with_the_session()
    {
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        var home = await ruth.OpenAsync("/");
        using var news = new StreamReader(await ruth.Http.GetStreamAsync(new Uri("/events", UriKind.Relative)));
        Assert.NotNull(await news.ReadLineAsync());

        await ruth.SubmitAsync(home, "form[action='/sign-out']");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var heard = await news.ReadToEndAsync(patience.Token);
        Assert.EndsWith("data: over", heard.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("session", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_stranger_uploads_is_not_read()
    {
        using var patient = new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var stranger = new HttpClient(patient) { BaseAddress = demo.Program.Address };
        using var upload = new MultipartFormDataContent { { new StreamContent(new Endless()), "picture", "large.png" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/compose/{Guid.NewGuid()}/picture", UriKind.Relative)) { Content = upload };
        request.Headers.ExpectContinue = true;

        using var answer = await stranger.SendAsync(request);

        Assert.StartsWith("/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.InRange(Endless.Given, 0, 8_000_000);
    }

    /// <summary>Sixty megabytes of nothing, counted as they are taken.</summary>
    private sealed class Endless : MemoryStream
    {
        private const long Size = 60_000_000;

        public static long Given { get; private set; }

        public override long Length => Size;

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Size - Given);
            buffer[..count].Clear();
            Given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }
}
