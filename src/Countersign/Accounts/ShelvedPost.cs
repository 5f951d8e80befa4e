using Countersign.Channels;
using Countersign.Channels.Shelf;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Accounts;

/// <summary>A post as it stands on one of our own networks (Newsroom, Sandbox). It is the network's side, written by the connector alone and so not governed: the ledger holds the delivery.</summary>
public sealed class ShelvedPost
{
    /// <summary>The delivery's key: the same delivery twice is the same post.</summary>
    public required string Key { get; init; }

    public required Guid AccountId { get; init; }

    public required string Text { get; init; }

    public required IReadOnlyList<ShelfPicture> Pictures { get; init; }

    /// <summary>What it answers, by the network's identifier; null for a post by itself.</summary>
    public string? ReplyTo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <param name="Sha256">Where its bytes are: the media of that hash.</param>
public sealed record ShelfPicture(string Sha256, string ContentType, int Width, int Height, string Alt);

/// <summary>The shelf of the Newsroom and the Sandbox, in our own database. The pictures' bytes lie with the drafts' already, under the same hashes.</summary>
public sealed class DatabaseShelf(IServiceScopeFactory scopes) : IShelf
{
    public async Task<ShelfAnswer> PutAsync(ShelfPost post, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        db.ShelvedPosts.Add(new ShelvedPost
        {
            Key = post.Key,
            AccountId = Guid.Parse(post.AccountId),
            Text = post.Content.Text,
            Pictures = [.. post.Content.Media.Select(media => new ShelfPicture(media.Sha256, media.ContentType, media.Width, media.Height, media.Alt))],
            ReplyTo = post.Content.ReplyTo?.Id,
            CreatedAt = post.CreatedAt,
        });
        if (await db.KeepAsync(stop))
            return ShelfAnswer.Stands;
        return await FindAsync(post.Key, stop) is { } standing && standing.IsSameAs(post) ? ShelfAnswer.Stands : ShelfAnswer.Conflict;
    }

    public async Task<ShelfPost?> FindAsync(string key, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var post = await scope.ServiceProvider.GetRequiredService<CountersignDb>().ShelvedPosts.AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, stop);
        return post is null ? null : Read(post);
    }

    public async Task<IReadOnlyList<ShelfPost>> ListAsync(string accountId, string? before, int most, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        var account = Guid.Parse(accountId);
        var posts = db.ShelvedPosts.AsNoTracking().Where(row => row.AccountId == account);
        var last = before is null ? null : await db.ShelvedPosts.AsNoTracking().SingleOrDefaultAsync(row => row.Key == before, stop);
        if (last is not null)
            posts = posts.Where(row => row.CreatedAt <= last.CreatedAt);

        // Those of the very instant of the last one come again, and are passed over up to it.
        var found = await posts.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Key).Take(most * 2).ToListAsync(stop);
        return [.. found.Skip(last is null ? 0 : found.FindIndex(row => row.Key == last.Key) + 1).Take(most).Select(Read)];
    }

    public async Task RemoveAsync(string key, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        if (await db.ShelvedPosts.SingleOrDefaultAsync(row => row.Key == key, stop) is not { } post)
            return;
        db.ShelvedPosts.Remove(post);
        _ = await db.KeepAsync(stop);
    }

    private static ShelfPost Read(ShelvedPost post) =>
        new(post.Key, post.AccountId.ToString(), new PostContent(post.Text, [.. post.Pictures.Select(picture => new PostMedia(picture.Sha256, picture.ContentType, picture.Width, picture.Height, picture.Alt, default))]) { ReplyTo = post.ReplyTo is { } answered ? new RemoteRef(answered, null) : null }, post.CreatedAt);
}

internal sealed class ShelvedPostMapping : IEntityTypeConfiguration<ShelvedPost>
{
    public void Configure(EntityTypeBuilder<ShelvedPost> entity)
    {
        entity.ToTable("shelved_post").HasKey(post => post.Key);
        entity.Property(post => post.Pictures).HasJson();
    }
}
