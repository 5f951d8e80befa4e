using System.Text.Json;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>A form that came after its session had ended: what was typed is kept for the person whose session it was, and offered again after sign-in.</summary>
public static class LateForms
{
    /// <returns>The page that shows the words again, or null where nothing was kept.</returns>
    public static async Task<string?> KeepAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > Server.MaxRequest)
            return null;
        var cancellationToken = context.RequestAborted;
        if (!context.Request.Path.StartsWithSegments("/compose") || !context.Request.HasFormContentType || SessionHandler.SessionOf(context) is not { } sessionId)
            return null;
        var db = context.RequestServices.GetRequiredService<CountersignDb>();
        if (await db.Sessions.FindAsync([sessionId], cancellationToken) is not { } session)
            return null;
        if (await ReadAsync(context.Request, cancellationToken) is not { } form || form.Any(NoNulls.IsIn) || !Guid.TryParse(form["id"], out var draft))
            return null;
        await Autosaves.KeepAsync(db, session.PersonId, draft, JsonSerializer.Serialize(form.Where(field => !field.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary(field => field.Key, field => field.Value.ToArray())), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken);
        return $"/compose/{draft}";
    }

    /// <returns>Null where the form breaks off.</returns>
    private static async Task<IFormCollection?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
