using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Cuts the words of one account into a thread as that account counts them. Changes nothing that is saved.</summary>
public sealed class SplitIntoThread(CountersignDb db, Renderings renderings)
{
    /// <param name="text">The common words, for an account that has none of its own.</param>
    /// <returns>The shape with the account's words as parts; of words that fit, one.</returns>
    public async Task<Decision<PostShape>> RunAsync(string text, PostShape shape, Guid account, bool numbered, CancellationToken cancellationToken)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == account, cancellationToken) is not { } found)
            return new Refusal("no-account", "That account is not connected any more.");
        var own = shape.Variants.FirstOrDefault(variant => variant.AccountId == account);
        var words = own is null ? text : string.Join("\n\n", own.Parts.Select(part => part.Text));
        if (words.Length > Draft.MaxText)
            return new Refusal("too-long", $"The text has {words.Length:N0} characters; {Draft.MaxText:N0} is the most that is kept. Nothing was cut.");
        if (string.IsNullOrWhiteSpace(words))
            return new Refusal("empty", "Write something first.");
        var parts = Threads.Split(words, renderings.Fits(found, shape), numbered);
        return parts.Count == 0
            ? new Refusal("cannot-split", $"These words cannot be cut for {found.Title}: one word or link is longer than a part, or they would be more than {Threads.MaxParts} parts.")
            : shape with { Variants = [.. shape.Variants.Where(variant => variant.AccountId != account).Append(new AccountWords(account, [.. parts.Select(part => new Words(part))])).OrderBy(variant => variant.AccountId)] };
    }
}
