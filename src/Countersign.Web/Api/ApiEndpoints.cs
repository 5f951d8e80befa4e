using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Web.Publishing;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Api;

/// <summary>The same acts as the pages, as JSON. Whoever is signed in acts; a refusal is a problem document (RFC 9457) with its code as type.</summary>
public static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder site)
    {
        var api = site.MapGroup("/api/v1").DisableAntiforgery().AddEndpointFilter<JsonOnly>();
        api.MapGet("/me", (Actor actor) => TypedResults.Ok(new MeAnswer(actor.Id, actor.Name, [.. actor.Grants.Select(grant => new GrantAnswer(grant.Role.Name(), grant.AccountId, grant.SiteId))])));
        api.MapGet("/accounts", AccountsAsync);
        api.MapPost("/screen", ScreenAsync);
        api.MapGet("/drafts/{id:guid}", DraftAsync);
        api.MapPut("/drafts/{id:guid}", ComposeAsync);
        api.MapPost("/drafts/{id:guid}/send", async (Guid id, SendRequest request, SendForApproval send, Actor actor, CancellationToken stop) =>
            Answer(await send.RunAsync(id, request.Seen, actor, stop), sent => new SentAnswer(sent.Seal, sent.ApproveBy, [.. sent.Requirements.Select(need => new RoleCount(need.Role.Name(), need.Count))])));
        api.MapPost("/drafts/{id:guid}/approve", ApproveAsync);
        api.MapPost("/drafts/{id:guid}/return", async (Guid id, ReasonRequest request, ReturnDraft back, Actor actor, CancellationToken stop) =>
            Answer(await back.RunAsync(id, request.Reason ?? "", actor, stop), _ => new EventAnswer("returned")));
        api.MapPost("/drafts/{id:guid}/refuse", async (Guid id, ReasonRequest request, RefuseDraft refuse, Actor actor, CancellationToken stop) =>
            Answer(await refuse.RunAsync(id, request.Reason ?? "", actor, stop), _ => new EventAnswer("refused")));
    }

    private static async Task<IResult> AccountsAsync(CountersignDb db, CancellationToken stop) => TypedResults.Ok(
        await db.Accounts.AsNoTracking().OrderBy(account => account.Id)
            .Select(account => new AccountAnswer(account.Id, account.Network, account.Handle, account.Title, account.State.ToString())).ToListAsync(stop));

    private static async Task<IResult> ScreenAsync(ScreenRequest request, DraftScreening screening, CountersignDb db, CancellationToken stop)
    {
        if (request.Text is null || request.Text.Length > Draft.MaxText)
            return Problem(new Refusal("too-long", $"Send a text of {Draft.MaxText:N0} characters at most."));
        var accounts = await db.Accounts.Where(account => (request.Accounts ?? Array.Empty<Guid>()).Contains(account.Id)).ToListAsync(stop);
        var (assessment, release) = await screening.ScreenAsync(new Composition(request.Text, [], PostShape.Plain), accounts, stop);
        return TypedResults.Ok(new ScreenAnswer(release, assessment));
    }

    private static async Task<IResult> DraftAsync(Guid id, DraftReader reader, CountersignDb db, Actor actor, CancellationToken stop)
    {
        if (await reader.FindAsync(id, actor, stop) is not { } context)
            return Problem(new Refusal("no-draft", "That draft is not here."));
        var publications = await db.Publications.AsNoTracking().Where(row => row.DraftId == id).OrderBy(row => row.Id)
            .Select(row => new PublicationAnswer(row.Id, row.AccountId, row.State.ToString(), row.Address, row.Note, row.Place.ToString(), row.Number, row.Of, row.Differs)).ToListAsync(stop);
        var (draft, shape) = (context.Draft, context.Draft.Body.Shape);
        return TypedResults.Ok(new DraftAnswer(
            draft.Id, draft.Version, draft.Stage.ToString(), draft.Text, [.. draft.Pictures.Select(PictureAnswer.Of)], draft.AccountIds, [.. context.Renderings.Select(RenderingAnswer.Of)], draft.Slot, draft.Seal, context.Assessment,
            [.. draft.Missing.Select(need => new RoleCount(need.Role.Name(), need.Count))], publications)
        {
            Kind = shape.Kind.ToString(),
            Target = shape.Target is { } other ? new TargetAnswer(other.Network, other.Author, other.Text, other.Address, other.At) : null,
            Words = [.. shape.Variants.Select(variant => new WordsAnswer(variant.AccountId, [.. variant.Parts.Select(part => part.Text)]))],
            FirstComment = shape.FirstComment?.Text,
            ContentWarning = shape.ContentWarning?.Text,
            Audience = shape.Audience.ToString(),
            Preview = shape.Preview is { } card ? new CardAnswer(card.Address, card.Title, card.Description, card.Picture is { } picture ? PictureAnswer.Of(picture) : null) : null,
            AllOrNone = shape.AllOrNone,
        });
    }

    private static async Task<IResult> ComposeAsync(Guid id, ComposeRequest request, ComposeDraft compose, ChooseTarget targets, CountersignDb db, Actor actor, CancellationToken stop)
    {
        var pictures = (request.Pictures ?? []).Select(picture => (picture?.Sha256 ?? "", picture?.Alt ?? "")).ToList();
        if (!TryName(request.Kind, out PostKind kind) || !TryName(request.Audience, out Audience audience))
            return Problem(new Refusal("no-kind", "A draft is a post, reply, quote or repost, for everybody, unlisted or followers."));
        var target = request.Target is { } other
            ? await targets.FindAsync(other, actor, stop)
            : (await db.Drafts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop))?.Shape?.Target;
        var form = new DraftForm(request.Seen, request.Text ?? "", pictures, request.Accounts ?? [], request.Date, request.Time, request.Zone)
        {
            Shape = new PostShape
            {
                Kind = kind,
                Target = kind == PostKind.Post ? null : target,
                Variants = [.. (request.Words ?? []).OfType<WordsRequest>().OrderBy(words => words.Account).Select(words => new AccountWords(words.Account, [.. (words.Parts ?? []).Select(part => new Words(part ?? ""))]))],
                FirstComment = Words.Of(request.FirstComment),
                ContentWarning = Words.Of(request.ContentWarning),
                Audience = audience,
                Preview = request.Preview is { } card ? new LinkCard(card.Address ?? "", card.Title ?? "", card.Description ?? "", card.Picture is { } shown ? new DraftPicture(shown.Sha256 ?? "", "", 0, 0, shown.Alt ?? "") : null) : null,
                AllOrNone = request.AllOrNone,
            },
            Campaign = request.Campaign,
            NoAlt = (request.Pictures ?? []).Where(picture => picture is { Sha256: not null, NoAlt.Length: > 0 }).DistinctBy(picture => picture!.Sha256).ToDictionary(picture => picture!.Sha256!, picture => picture!.NoAlt!, StringComparer.Ordinal),
        };
        return Answer(await compose.RunAsync(id, form, actor, stop), composed => new ComposedAnswer(composed.Subject, request.Seen + 1));
    }

    /// <summary>One of the names, in any case; the first where none is given. Numbers are no names.</summary>
    private static bool TryName<T>(string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name is null || (Enum.TryParse(name, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name.FirstOrDefault()));
    }

    private static async Task<IResult> ApproveAsync(Guid id, ApproveRequest request, ApproveDraft approve, Actor actor, CancellationToken stop)
    {
        if (SignedFor.Refuse(request.Role, out var role) is { } unknown)
            return Problem(unknown);
        return Answer(await approve.RunAsync(id, request.Seen ?? "", request.Opened ?? [], role, request.Reason, actor, stop), approved => new ApprovedAnswer(approved.Role.Name(), approved.IsComplete, approved.IsLate));
    }

    private static IResult Answer<TEvent, TAnswer>(Decision<TEvent> decision, Func<TEvent, TAnswer> say)
        where TEvent : class => decision.Match(taken => TypedResults.Ok(say(taken)), Problem);

    private static IResult Problem(Refusal refusal)
    {
        var status = refusal.Code switch
        {
            "no-draft" => StatusCodes.Status404NotFound,
            "not-entitled" => StatusCodes.Status403Forbidden,
            "changed-meanwhile" or "version-changed" or "text-changed" => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        return Results.Problem(refusal.Sentence, statusCode: status, title: "Refused", type: TypeOf(refusal.Code));
    }

    /// <summary>What a program tells one "no" from another by.</summary>
    internal static string TypeOf(string code) => $"urn:countersign:refusal:{code}";

    /// <summary>A form on another site can send a cookie but not JSON: what changes something is JSON or nothing.</summary>
    private sealed class JsonOnly : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
            HttpMethods.IsGet(context.HttpContext.Request.Method) || context.HttpContext.Request.HasJsonContentType()
                ? await next(context)
                : Results.Problem("Send JSON.", statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Not understood", type: TypeOf("not-json"));
    }
}
