using Countersign.Channels.Text;
using Countersign.Channels.Web;
using Countersign.Decisions;

namespace Countersign.Publishing;

/// <summary>An author has the card of a page read, to be looked at, changed and signed. What is sent later is this card, whatever the page says by then.</summary>
public sealed class ReadCard(LinkCards cards, AddPicture add)
{
    /// <param name="address">As typed; where it is empty, the first link of the words is taken.</param>
    public async Task<Decision<LinkCard>> RunAsync(string? address, string text, Actor by, CancellationToken cancellationToken)
    {
        if (!by.HoldsAnywhere(Role.Author))
            return new Refusal("not-entitled", "Reading a page for its card takes the Author role.");
        var wanted = string.IsNullOrWhiteSpace(address) ? (Links.In(text) is [var first, ..] ? first.Target : null) : address.Trim();
        if (wanted is null)
            return new Refusal("no-link", "There is no link in the words. Type the address first.");
        if (!Uri.TryCreate(wanted, UriKind.Absolute, out var page))
            return new Refusal("bad-card", "That is no web address. It begins with https://");
        return await cards.ReadAsync(page, cancellationToken) switch
        {
            LinkCardOutcome.Read { Card: var card } => new LinkCard(page.AbsoluteUri, card.Title, card.Description, await PictureAsync(card.Picture, by, cancellationToken)),
            LinkCardOutcome.NoCard no => new Refusal(no.Code, no.Sentence),
            _ => throw new InvalidOperationException("A page has a card or a reason for none."),
        };
    }

    /// <returns>Null where it is none that networks take: the card stands without.</returns>
    private async Task<DraftPicture?> PictureAsync(CardPicture? picture, Actor by, CancellationToken cancellationToken)
    {
        if (picture is null || !(await add.RunAsync(picture.Bytes.ToArray(), by, cancellationToken) is { Taken: { } media }))
            return null;
        return new DraftPicture(media.Sha256, media.ContentType, media.Width, media.Height, picture.Alt);
    }
}
