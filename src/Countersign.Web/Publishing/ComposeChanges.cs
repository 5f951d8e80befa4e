using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Presses that change what stands in the form and save nothing: the page comes back with the form changed and says what was done.</summary>
public sealed class ComposeChanges(CountersignDb db, ComposeReader reader, ReadCard card, FindPost find, Actor actor)
{
    /// <param name="act">As the button sends it: "utm", "card", "find".</param>
    public async Task<ComposeModel?> MakeAsync(Guid id, ComposeForm form, string act, CancellationToken stop)
    {
        switch (act)
        {
            case "utm":
                return await TagAsync(id, form, stop);
            case "card":
                var read = await card.RunAsync(form.Shape.Preview?.Address, form.Text, actor, stop);
                var shown = await ShowAsync(id, read.IsTaken ? form with { Shape = form.Shape with { Preview = read.Taken } } : form, read.IsTaken ? "This is what the page says of itself. Change it as you like." : null, stop);
                return read.IsTaken ? shown : shown is null ? null : shown with { CardProblem = read.Refusal.Sentence };
            case "find":
                var found = await find.RunAsync(form.Other, form.Accounts, actor, stop);
                return found is not { Taken: { } other } ? await reader.ReadAsync(id, form, found.Refusal, stop) : await ShowAsync(
                    id,
                    form with
                    {
                        Target = new FoundName(other.AccountId, other.Address).ToString(),
                        Shape = form.Shape with { Kind = other.Kind },
                        Accounts = form.Accounts.Count > 0 ? form.Accounts : [other.AccountId],
                    },
                    "The post is shown above, as its network shows it now. Choose what to do with it.",
                    stop);
            case "no-card":
                return await ShowAsync(id, form with { Shape = form.Shape with { Preview = null } }, "The card is taken away. The network makes its own, or none.", stop);
            case "merge":
                var both = await reader.ReadAsync(id, form, null, stop);
                return both is not { Merged: { } merged, Saved: { } saved } ? both : await ShowAsync(id, form with { Text = merged, Seen = saved.Version }, "Both changes are in the text below. Read it, then save.", stop);
            default:
                return await reader.ReadAsync(id, form, null, stop);
        }
    }

    private async Task<ComposeModel?> ShowAsync(Guid id, ComposeForm form, string? done, CancellationToken stop) =>
        await reader.ReadAsync(id, form, null, stop) is { } model ? model with { Done = done } : null;

    /// <summary>The campaign's tags on every link of the words, where everybody sees them before anybody signs.</summary>
    private async Task<ComposeModel?> TagAsync(Guid id, ComposeForm form, CancellationToken stop)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(campaign => campaign.Id == form.Campaign, stop) is not { } campaign)
            return await reader.ReadAsync(id, form, new Refusal("no-campaign", "Choose a campaign first: its tags go on the links."), stop);
        var networks = await db.Accounts.AsNoTracking().Where(account => form.Accounts.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.Network, stop);
        var common = form.Accounts.Where(account => form.Shape.Variants.All(variant => variant.AccountId != account)).Select(account => networks.GetValueOrDefault(account)).Distinct().ToList();
        var (text, changed) = campaign.Tags.AddTo(form.Text, common is [var only] ? only : null);
        IReadOnlyList<AccountWords> variants = [.. form.Shape.Variants.Select(variant => variant with
        {
            Parts = [.. variant.Parts.Select(part =>
            {
                var (words, more) = campaign.Tags.AddTo(part.Text, networks.GetValueOrDefault(variant.AccountId));
                changed += more;
                return new Words(words);
            })],
        })];
        var preview = form.Shape.Preview is { } shown ? shown with { Address = campaign.Tags.AddTo(shown.Address, common is [var one] ? one : null).Text } : null;
        return await ShowAsync(
            id,
            form with { Text = text, Shape = form.Shape with { Variants = variants, Preview = preview } },
            changed == 0 ? "No link needed tags." : $"{changed} {(changed == 1 ? "link carries" : "links carry")} the campaign’s tags now, as you see below.",
            stop);
    }
}
