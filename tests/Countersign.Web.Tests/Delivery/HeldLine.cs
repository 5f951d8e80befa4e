using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Countersign.Web.Tests.Delivery;

/// <summary>Where on its way to the network a request is when the line holds it.</summary>
public enum HoldAt
{
    Never,

    /// <summary>Signing in to the network: the publication is claimed.</summary>
    SessionAsked,

    /// <summary>A picture arrives: still preparing.</summary>
    PictureAsked,

    /// <summary>The write arrives and goes no further: the intent is committed, the network has nothing.</summary>
    WriteAsked,

    /// <summary>The network has accepted, and the answer goes no further.</summary>
    WriteAccepted,

    /// <summary>The answer has just gone through.</summary>
    AnswerGiven,
}

/// <summary>A line between the program and a real network that stops at a chosen place and says so. Counts writes by the post's key.</summary>
internal sealed class HeldLine : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient network;
    private readonly TaskCompletionSource never = new();
    private TaskCompletionSource reached = new();
    private int holdAt;

    private HeldLine(Uri server)
    {
        network = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(PassAsync);
    }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Writes that arrived, by the post's key.</summary>
    public ConcurrentDictionary<string, int> Writes { get; } = new(StringComparer.Ordinal);

    public static async Task<HeldLine> OpenAsync(Uri server)
    {
        var line = new HeldLine(server);
        await line.app.StartAsync();
        return line;
    }

    /// <summary>Arms the line; the task ends when something is held there.</summary>
    public Task ArmAsync(HoldAt at)
    {
        reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref holdAt, (int)at);
        return reached.Task;
    }

    public async ValueTask DisposeAsync()
    {
        never.TrySetResult();
        await app.DisposeAsync();
        network.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var call = context.Request.Path.Value!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var isWrite = call.EndsWith("putRecord", StringComparison.Ordinal);
        if (isWrite)
            Writes.AddOrUpdate(JsonDocument.Parse(body.ToArray()).RootElement.GetProperty("rkey").GetString()!, 1, (_, count) => count + 1);
        await HoldAsync(call switch
        {
            _ when isWrite => HoldAt.WriteAsked,
            _ when call.EndsWith("uploadBlob", StringComparison.Ordinal) => HoldAt.PictureAsked,
            _ when call.EndsWith("createSession", StringComparison.Ordinal) => HoldAt.SessionAsked,
            _ => HoldAt.Never,
        }, context.RequestAborted);

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), call + context.Request.QueryString) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var header in context.Request.Headers.Where(header => header.Key is "Authorization" or "User-Agent" or "Accept"))
            request.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        if (context.Request.ContentType is { } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await network.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (isWrite)
            await HoldAsync(HoldAt.WriteAccepted, context.RequestAborted);

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.CompleteAsync();
        if (isWrite && Volatile.Read(ref holdAt) == (int)HoldAt.AnswerGiven)
            reached.TrySetResult();
    }

    /// <summary>Once armed here, this and every later request of the kind waits until its caller is gone.</summary>
    private async Task HoldAsync(HoldAt here, CancellationToken gone)
    {
        if (here == HoldAt.Never || Volatile.Read(ref holdAt) != (int)here)
            return;
        reached.TrySetResult();
        await never.Task.WaitAsync(gone);
    }
}
