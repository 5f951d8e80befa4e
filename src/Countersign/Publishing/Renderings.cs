using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Shows a draft as each of its accounts will.</summary>
public sealed class Renderings(CountersignDb db, Networks networks)
{
    public async Task<IReadOnlyList<AccountRendering>> OfAsync(string text, IReadOnlyList<DraftPicture> pictures, IEnumerable<Account> accounts, CancellationToken cancellationToken)
    {
        var content = await ContentAsync(text, pictures, cancellationToken);
        return [.. accounts.OrderBy(account => account.Id).Select(account => Of(content, account))];
    }

    /// <summary>What would be handed to a network.</summary>
    internal async Task<PostContent> ContentAsync(string text, IReadOnlyList<DraftPicture> pictures, CancellationToken cancellationToken)
    {
        if (pictures.Count == 0)
            return new PostContent(text, []);
        var hashes = pictures.Select(picture => picture.Sha256).ToList();
        var bytes = await db.Media.AsNoTracking().Where(media => hashes.Contains(media.Sha256)).ToDictionaryAsync(media => media.Sha256, media => media.Bytes, cancellationToken);
        return new PostContent(text, [.. pictures.Select(picture => new PostMedia(picture.Sha256, picture.ContentType, picture.Width, picture.Height, picture.Alt, bytes[picture.Sha256]))]);
    }

    private AccountRendering Of(PostContent content, Account account)
    {
        var shown = networks.Get<IRender>(account.Network).Render(content, account.Limits);
        return new AccountRendering(
            account.Id,
            account.Network,
            networks.Describe(account.Network).Title,
            account.Handle,
            account.Title,
            shown.Text,
            shown.FoldAt,
            [.. shown.Links.Select(link => new RenderingLink(link.Start, link.End, link.Target))],
            [.. shown.Counts.Select(count => new RenderingCount(count.Unit, count.Used, count.Limit))],
            [.. networks.Get<IValidate>(account.Network).Validate(content, account.Limits).Select(objection => objection.Sentence)]);
    }
}
