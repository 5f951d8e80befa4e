using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Publishing;

/// <summary>One post after it was sent.</summary>
public static class PostEndpoints
{
    public static void MapPosts(this IEndpointRouteBuilder site)
    {
        site.MapGet("/posts/{id:guid}", (Guid id, PostReader reader, CancellationToken stop) => ShowAsync(id, null, reader, stop));
        site.MapGet("/posts/{id:guid}/state", async (Guid id, PostReader reader, CancellationToken stop) =>
            await reader.FindAsync(id, null, stop) is { } model ? Pages.Show<PostBody>(new { Model = model }) : Results.NotFound());
        site.MapPost("/compose/{id:guid}/withdraw", async (Guid id, IFormCollection _, WithdrawDraft withdraw, PostReader reader, Actor actor, CancellationToken stop) =>
            await AnswerAsync(id, (await withdraw.RunAsync(id, actor, stop)).Refusal, reader, stop));
        site.MapPost("/posts/{id:guid}/deliveries/{publication:guid}", async (Guid id, Guid publication, [FromForm] string? decision, ResolvePublication resolve, PostReader reader, Actor actor, CancellationToken stop) =>
            await AnswerAsync(id, decision is "again" or "give-up" ? (await resolve.RunAsync(publication, decision == "again", actor, stop)).Refusal : new Refusal("no-decision", "Choose: send it again, or give it up."), reader, stop));
    }

    private static async Task<IResult> AnswerAsync(Guid id, Refusal? refusal, PostReader reader, CancellationToken stop) =>
        refusal is null ? Results.LocalRedirect($"/posts/{id}") : await ShowAsync(id, refusal, reader, stop);

    private static async Task<IResult> ShowAsync(Guid id, Refusal? refusal, PostReader reader, CancellationToken stop) =>
        await reader.FindAsync(id, refusal, stop) is { } model
            ? Pages.Show<PostPage>(new { Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : Results.NotFound();
}
