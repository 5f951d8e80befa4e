using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>A post of ours that a new draft answers, quotes or shows again, as an address names it.</summary>
public sealed record ComposeTargetQuery([property: FromQuery] Guid? Reply, [property: FromQuery] Guid? Quote, [property: FromQuery] Guid? Repost)
{
    /// <returns>Makes the form a new draft begins with; null where the address names no other post.</returns>
    public async Task<Func<DateTimeOffset, ComposeForm>?> BeginAsync(CountersignDb db, CancellationToken stop)
    {
        var (kind, publication) = this switch
        {
            { Reply: { } reply } => (PostKind.Reply, reply),
            { Quote: { } quote } => (PostKind.Quote, quote),
            { Repost: { } repost } => (PostKind.Repost, repost),
            _ => (PostKind.Post, Guid.Empty),
        };
        if (kind == PostKind.Post)
            return null;
        var account = await db.Publications.AsNoTracking().Where(row => row.Id == publication).Select(row => (Guid?)row.AccountId).SingleOrDefaultAsync(stop);
        return now => ComposeForm.Empty(account is { } known ? [known] : [], null, now) with { Target = publication.ToString(), Shape = PostShape.Plain with { Kind = kind } };
    }
}

/// <summary>A post of somebody else, as the form names it once it was found: who was shown it, and its address.</summary>
public sealed record FoundName(Guid Account, string Address)
{
    private const string Begin = "found:";

    public static FoundName? Read(string target) =>
        target.StartsWith(Begin, StringComparison.Ordinal) && target.IndexOf(' ', StringComparison.Ordinal) is > 0 and var gap && Guid.TryParse(target.AsSpan(Begin.Length, gap - Begin.Length), out var account)
            ? new FoundName(account, target[(gap + 1)..])
            : null;

    public override string ToString() => $"{Begin}{Account} {Address}";
}

/// <summary>The button under an account's words that cuts them into a thread.</summary>
public sealed record ThreadButton(Guid Account, bool Numbered)
{
    private const string Plain = "split:";
    private const string WithNumbers = "split-numbered:";

    public static ThreadButton? Read(string? pressed) => pressed switch
    {
        { } value when value.StartsWith(Plain, StringComparison.Ordinal) && Guid.TryParse(value.AsSpan(Plain.Length), out var account) => new ThreadButton(account, false),
        { } value when value.StartsWith(WithNumbers, StringComparison.Ordinal) && Guid.TryParse(value.AsSpan(WithNumbers.Length), out var account) => new ThreadButton(account, true),
        _ => null,
    };
}
