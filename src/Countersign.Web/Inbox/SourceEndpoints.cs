using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;

namespace Countersign.Web.Inbox;

/// <summary>What others publish: following feeds, reading them, gathering a digest of them.</summary>
public static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder site)
    {
        site.MapGet("/feeds", async (string? theme, int? page, string? tick, string? done, SourcePages pages, CancellationToken stop) =>
            await pages.ShowAsync(new SourceQuestion(theme, page ?? 1), stop, tickWeek: tick == "week", notice: done));
        site.MapPost("/feeds", FollowAsync);
        site.MapPost("/feeds/{id:guid}/leave", async (Guid id, IFormCollection _, LeaveFeed leave, Actor actor, SourcePages pages, CancellationToken stop) =>
            await leave.RunAsync(id, actor, stop) is { IsTaken: false, Refusal: var refusal } ? await pages.ShowAsync(SourceQuestion.Everything, stop, refusal) : Results.LocalRedirect("/feeds?done=left"));
        site.MapPost("/feeds/digest", GatherAsync);
    }

    private static async Task<IResult> FollowAsync(IFormCollection form, FollowFeed follow, Actor actor, SourcePages pages, CancellationToken stop)
    {
        var (address, theme) = (form["address"].ToString(), form["theme"].ToString());
        var decision = await follow.RunAsync(address, theme, actor, stop);
        return decision.IsTaken ? Results.LocalRedirect("/feeds?done=followed") : await pages.ShowAsync(SourceQuestion.Everything, stop, decision.Refusal, new FeedForm(address, theme));
    }

    private static async Task<IResult> GatherAsync(IFormCollection form, GatherDigest gather, Actor actor, SourcePages pages, TimeProvider clock, CancellationToken stop)
    {
        var chosen = form["item"].OfType<string>().Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var (id, title) = (Guid.CreateVersion7(clock.GetUtcNow()), form["title"].ToString());
        var decision = await gather.RunAsync(id, title, chosen, actor, stop);
        return decision.IsTaken
            ? Results.LocalRedirect($"/compose/{id}")
            : await pages.ShowAsync(new SourceQuestion(form["in"], int.TryParse(form["page"], out var page) ? page : 1), stop, digestRefusal: decision.Refusal, title: title, chosen: chosen);
    }
}

/// <param name="Theme">Null for all.</param>
/// <param name="Page">From 1.</param>
public sealed record SourceQuestion(string? Theme, int Page)
{
    public static readonly SourceQuestion Everything = new(null, 1);
}

/// <summary>What was typed to follow a feed, where that was refused.</summary>
public sealed record FeedForm(string Address, string Theme);

/// <param name="OffBecause">Why this person cannot follow or leave feeds, or null.</param>
/// <param name="MayWrite">Whether this person writes drafts, and so digests.</param>
/// <param name="Typed">Null where nothing was refused.</param>
/// <param name="Title">Of the digest, as typed or proposed.</param>
/// <param name="Chosen">Items that are ticked.</param>
public sealed record SourcesModel(
    News News, string? OffBecause, bool MayWrite, DateTimeOffset Now, Refusal? Refusal, FeedForm? Typed, string? Notice, Refusal? DigestRefusal, string? Title, IReadOnlyCollection<string> Chosen)
{
    /// <param name="page">From 1.</param>
    public string Address(int page, bool tickWeek = false)
    {
        List<string> asked =
        [
            .. News.Theme is { } theme ? [$"theme={Uri.EscapeDataString(theme)}"] : Array.Empty<string>(),
            .. page > 1 ? [$"page={page}"] : Array.Empty<string>(),
            .. tickWeek ? ["tick=week"] : Array.Empty<string>(),
        ];
        return asked.Count == 0 ? "/feeds" : $"/feeds?{string.Join('&', asked)}";
    }
}

/// <summary>Reads what the page of feeds shows.</summary>
public sealed class SourcePages(FeedsReader feeds, ShellReader shell, Actor actor, TimeProvider clock)
{
    private static readonly TimeSpan week = TimeSpan.FromDays(7);

    /// <param name="tickWeek">Ticks what others published in the last seven days, and proposes a title.</param>
    public async Task<IResult> ShowAsync(
        SourceQuestion question, CancellationToken stop, Refusal? refusal = null, FeedForm? typed = null, string? notice = null, bool tickWeek = false, Refusal? digestRefusal = null, string? title = null, IReadOnlyCollection<string>? chosen = null)
    {
        var (news, now) = (await feeds.ReadAsync(question.Theme, question.Page, stop), clock.GetUtcNow());
        if (tickWeek)
        {
            chosen = [.. news.Items.Where(item => !item.Own && item.Link is not null && item.At > now - week).Take(GatherDigest.MostItems).Select(item => item.Id)];
            title = $"{news.Theme ?? "What others published"}, {LocalTime.At(now - week).ToString("d MMMM", English.Culture)} to {LocalTime.At(now).ToString("d MMMM yyyy", English.Culture)}";
        }

        var model = new SourcesModel(
            news, FollowFeed.WhyNot(actor), actor.HoldsAnywhere(Role.Author), now, refusal, typed,
            notice switch
            {
                "followed" => "Followed. It was read once, and is read again every hour or as seldom as it wishes.",
                "left" => "It is followed no more.",
                _ => null,
            },
            digestRefusal, title, chosen ?? []);
        return Pages.Show<SourcesPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null && digestRefusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
