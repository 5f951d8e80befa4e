using System.Security.Cryptography;
using System.Text;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Countersign.Web.Newsroom;

/// <summary>The organisation's public pages: anybody may read them, and a reader that asks again is told when nothing changed.</summary>
public static class NewsroomEndpoints
{
    /// <summary>How long a page or feed may be shown without asking again, in seconds.</summary>
    private const int Fresh = 60;

    private static readonly string[] reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapNewsroom(this IEndpointRouteBuilder site)
    {
        var open = site.MapGroup("/newsroom").AllowAnonymous();
        open.MapMethods("", reading, (NewsroomReader reader, HttpContext context, CancellationToken stop) => ShowAsync(null, reader, context, stop));
        open.MapMethods("/{handle}", reading, ShowAsync);
        open.MapMethods("/posts/{key}", reading, PostAsync);
        open.MapMethods("/media/{key}/{sha256}", reading, PictureAsync);
        foreach (var format in Enum.GetValues<FeedFormat>())
        {
            var name = $"feed.{format.ToString().ToLowerInvariant()}";
            open.MapMethods($"/{name}", reading, (NewsroomReader reader, HttpContext context, CancellationToken stop) => FeedAsync(null, format, reader, context, stop));
            open.MapMethods($"/{{handle}}/{name}", reading, (string handle, NewsroomReader reader, HttpContext context, CancellationToken stop) => FeedAsync(handle, format, reader, context, stop));
        }

        site.MapGet("/sandbox/posts/{key}", async (string key, NewsroomReader reader, ShellReader shell, CancellationToken stop) =>
            await reader.FindPostAsync("sandbox", key, stop) is { } post ? Pages.Show<SandboxPostPage>(new { Post = post, Shell = await shell.ReadAsync(stop) }) : Results.NotFound());
    }

    private static async Task<IResult> ShowAsync(string? handle, NewsroomReader reader, HttpContext context, CancellationToken stop)
    {
        if (await reader.FindAsync(handle, stop) is not { } newsroom)
            return Results.NotFound();
        return IsKnown(context, $"{newsroom.Title}\n{newsroom.Organisation}\n{string.Join('\n', newsroom.Posts.Select(post => post.Key + post.Account))}")
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Pages.Show<NewsroomPage>(new { Newsroom = newsroom });
    }

    private static async Task<IResult> PostAsync(string key, NewsroomReader reader, HttpContext context, CancellationToken stop)
    {
        if (await reader.FindPostAsync("newsroom", key, stop) is not { } post)
            return Results.NotFound();
        return IsKnown(context, post.Key + post.Account)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Pages.Show<NewsroomPostPage>(new { Post = post });
    }

    private static async Task<IResult> FeedAsync(string? handle, FeedFormat format, NewsroomReader reader, HttpContext context, CancellationToken stop)
    {
        if (await reader.WriteFeedAsync(handle, format, stop) is not { } feed)
            return Results.NotFound();
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (feed.Hub is { } hub)
            context.Response.Headers.Link = $"<{hub.AbsoluteUri}>; rel=\"hub\", <{feed.Self.AbsoluteUri}>; rel=\"self\"";
        var bytes = Encoding.UTF8.GetBytes(feed.Text);
        return Results.Bytes(bytes, feed.ContentType, entityTag: Tag(bytes));
    }

    /// <summary>A picture is public with a public post that shows it.</summary>
    private static async Task<IResult> PictureAsync(string key, string sha256, NewsroomReader reader, CountersignDb db, HttpContext context, CancellationToken stop)
    {
        if (await reader.FindPostAsync("newsroom", key, stop) is not { } post || post.Pictures.All(picture => picture.Sha256 != sha256))
            return Results.NotFound();
        var media = await db.Media.AsNoTracking().SingleAsync(row => row.Sha256 == sha256, stop);
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (media.Bytes.Length == 0)
            return Results.NotFound();
        return Results.Bytes(media.Bytes, media.ContentType, entityTag: new EntityTagHeaderValue($"\"{sha256}\""));
    }

    /// <summary>Marks the answer with what it is made of, and says whether the reader has that already.</summary>
    private static bool IsKnown(HttpContext context, string madeOf)
    {
        // A new version of the program may draw the same posts differently.
        var tag = Tag(Encoding.UTF8.GetBytes($"{typeof(NewsroomEndpoints).Module.ModuleVersionId}\n{madeOf}"));
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = $"public, max-age={Fresh}";
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any));
    }

    private static EntityTagHeaderValue Tag(byte[] bytes) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
}
