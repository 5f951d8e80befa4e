using System.Buffers;
using System.Globalization;
using System.Threading.RateLimiting;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.Extensions.Options;

namespace Countersign.Web.Evidence;

/// <summary>Being a witness for others (C2SP tlog-witness), and showing who witnesses us.</summary>
public static class WitnessEndpoints
{
    private const string Policy = "witness";

    public static void AddWitnessing(this WebApplicationBuilder builder) => builder.Services.AddRateLimiter(limiter =>
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions
            {
                Window = TimeSpan.FromMinutes(1),
                PermitLimit = context.RequestServices.GetRequiredService<IOptions<WitnessSettings>>().Value.RequestsPerMinute,
            })));

    public static void MapWitness(this IEndpointRouteBuilder site)
    {
        // Whoever asks shows by a log's signature that it is the log: no session, no form.
        site.MapPost("/witness/add-checkpoint", AddCheckpointAsync).AllowAnonymous().DisableAntiforgery().RequireRateLimiting(Policy);
        site.MapGet("/audit/witnesses", async (WitnessPages pages, CancellationToken stop) => await pages.ShowAsync(stop));
    }

    private static async Task<IResult> AddCheckpointAsync(HttpRequest http, WitnessBook book, CancellationToken stop)
    {
        if (await ReadAsync(http, stop) is not { } body)
            return Results.Text("The request is larger than any request to a witness can be.", statusCode: StatusCodes.Status413PayloadTooLarge);
        if (!AddCheckpoint.TryParse(body, out var request))
            return Results.Text("This is not a request to a witness.", statusCode: StatusCodes.Status400BadRequest);
        var (answer, cosignature) = await book.AnswerAsync(request, stop);
        if (cosignature is not null)
            return Results.Text(AddCheckpoint.Consent(cosignature));
        return answer.Size is { } size
            ? Results.Text(string.Create(CultureInfo.InvariantCulture, $"{size}\n"), AddCheckpoint.SizeContentType, statusCode: answer.Status)
            : Results.Text(answer.Sentence, statusCode: answer.Status);
    }

    /// <returns>Null where it is too long; no more than that is read.</returns>
    private static async Task<byte[]?> ReadAsync(HttpRequest http, CancellationToken stop)
    {
        if (http.ContentLength > AddCheckpoint.LargestRequest)
            return null;
        var body = new ArrayBufferWriter<byte>();
        while (await http.Body.ReadAsync(body.GetMemory(8192), stop) is var read and > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > AddCheckpoint.LargestRequest)
                return null;
        }

        return body.WrittenSpan.ToArray();
    }
}
