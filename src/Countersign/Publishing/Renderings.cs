using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Shows a draft as each of its accounts will.</summary>
public sealed class Renderings(CountersignDb db, Networks networks)
{
    /// <summary>Stands for the part before, which has no place on the network yet.</summary>
    private static readonly RemoteRef partBefore = new("part-before", null);

    public async Task<IReadOnlyList<AccountRendering>> OfAsync(Composition body, IEnumerable<Account> accounts, CancellationToken cancellationToken)
    {
        var media = await MediaAsync(body, cancellationToken);
        return [.. accounts.OrderBy(account => account.Id).Select(account => Of(body, media, account))];
    }

    /// <summary>What would be handed to a network for one part.</summary>
    /// <param name="before">The post it follows, of a later part or a comment.</param>
    internal async Task<PostContent> ContentAsync(Composition body, OutgoingPart part, RemoteRef? before, CancellationToken cancellationToken) =>
        Outgoing.Content(body, part, before, await MediaAsync(body, cancellationToken));

    /// <summary>Whether an account takes words as one part of a thread.</summary>
    /// <param name="shape">Of the draft: what counts with the words.</param>
    public Func<string, bool> Fits(Account account, PostShape shape)
    {
        var render = networks.Get<IRender>(account.Network);
        return words => !render.Render(new PostContent(words, []) { ContentWarning = shape.ContentWarning?.Text }, account.Limits).Counts.Any(count => count.Over);
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> MediaAsync(Composition body, CancellationToken cancellationToken)
    {
        var hashes = body.AllPictures.Select(picture => picture.Sha256).ToList();
        return hashes.Count == 0
            ? new Dictionary<string, byte[]>()
            : await db.Media.AsNoTracking().Where(media => hashes.Contains(media.Sha256)).ToDictionaryAsync(media => media.Sha256, media => media.Bytes, cancellationToken);
    }

    private AccountRendering Of(Composition body, IReadOnlyDictionary<string, byte[]> media, Account account)
    {
        var parts = body.For(account.Id);
        var shown = parts.Select((part, at) => Outgoing.Content(body, part, at == 0 ? null : partBefore, media))
            .Select(content => (Content: content, Rendering: networks.Get<IRender>(account.Network).Render(content, account.Limits)))
            .ToList();
        return new AccountRendering(
            account.Id,
            account.Network,
            networks.Describe(account.Network).Title,
            account.Handle,
            account.Title,
            shown[0].Rendering.Text,
            shown[0].Rendering.FoldAt,
            Links(shown[0].Rendering),
            Counts(shown[0].Rendering),
            [.. Objections(body.Shape, account, [.. parts.Zip(shown, (part, one) => (part, one.Content))]).Distinct(StringComparer.Ordinal)])
        {
            TextNumber = parts[0].TextNumber,
            Following = [.. parts.Zip(shown).Skip(1).Select(pair => new PartRendering(
                pair.First.Place, pair.First.Number, pair.First.Of, pair.Second.Rendering.Text, pair.Second.Rendering.FoldAt, Links(pair.Second.Rendering), Counts(pair.Second.Rendering), pair.First.TextNumber))],
        };
    }

    private IEnumerable<string> Objections(PostShape shape, Account account, IReadOnlyList<(OutgoingPart Part, PostContent Content)> parts)
    {
        var network = networks.Describe(account.Network).Title;
        if (shape.Target is { } target && target.Network != account.Network)
            yield return $"The other post stands on {(networks.Knows(target.Network) ? networks.Describe(target.Network).Title : target.Network)}, and this account is on {network}.";
        if (shape.Kind == PostKind.Repost)
        {
            if (!networks.Acts(account.Network).Reposts)
                yield return $"{network} shows no post again.";
            yield break;
        }

        var validate = networks.Get<IValidate>(account.Network);
        foreach (var (part, content) in parts)
        {
            var which = part switch { { Place: Place.FirstComment } => "First comment: ", { Of: > 1 } => $"Part {part.Number}: ", _ => "" };
            foreach (var objection in validate.Validate(content, account.Limits))
                yield return which + objection.Sentence;
        }
    }

    private static List<RenderingLink> Links(Rendering shown) => [.. shown.Links.Select(link => new RenderingLink(link.Start, link.End, link.Target))];

    private static List<RenderingCount> Counts(Rendering shown) => [.. shown.Counts.Select(count => new RenderingCount(count.Unit, count.Used, count.Limit))];
}
