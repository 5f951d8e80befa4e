using System.Globalization;

namespace Countersign.Storage;

/// <summary>Which entries are asked for. Everything null: all of them, newest first.</summary>
/// <param name="Object">"draft/0192…".</param>
/// <param name="Act">An act; or its beginning with the point, "draft.", for everything about drafts.</param>
/// <param name="Ok">False: refusals only.</param>
/// <param name="From">The time the entry states, not earlier than this.</param>
/// <param name="To">Earlier than this.</param>
/// <param name="Words">Each line must be met by one of its words: see <see cref="EntryWords"/>.</param>
/// <param name="Before">Only entries before this place: the next page.</param>
public sealed record LogQuestion(
    string? Object = null,
    Guid? Person = null,
    string? Act = null,
    bool? Ok = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    IReadOnlyList<IReadOnlyList<string>>? Words = null,
    EntryPlace? Before = null)
{
    /// <summary>The same question to an entry that is in hand.</summary>
    internal bool Fits(byte[] leaf) => Fits(leaf, EntryHead.Read(leaf));

    /// <param name="head">What it says of itself; null where the bytes are no entry.</param>
    internal bool Fits(byte[] leaf, EntryHead? head)
    {
        if (head is null)
            return this with { Before = null } == new LogQuestion();
        return (Object is null || head.Object == Object)
            && (Person is null || head.Actor == Person)
            && (Act is null || (Act.EndsWith('.') ? $"{EntryWords.KindOf(head.Act)}." == Act : head.Act == Act))
            && (Ok is null || head.Ok == Ok)
            && (From is null || head.At >= From)
            && (To is null || head.At < To)
            && (Words is null || Meets(EntryWords.Of(leaf, head)));
    }

    private bool Meets(IReadOnlyCollection<string> words) => Words!.All(line => line.Any(words.Contains));
}

/// <summary>Where a list of entries goes on. An entry that has no number yet, for a moment, stands before all that have one.</summary>
/// <param name="Number">The entry's number in the log; for one that has none, the number the database gave it.</param>
public readonly record struct EntryPlace(long Number, bool IsPending)
{
    public static EntryPlace Of(long seq, long? index) => index is { } number ? new EntryPlace(number, IsPending: false) : new EntryPlace(seq, IsPending: true);

    public static EntryPlace? Read(string? text) => text switch
    {
        ['p', .. var rest] when long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) => new EntryPlace(seq, IsPending: true),
        { } plain when long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var index) => new EntryPlace(index, IsPending: false),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsPending ? "p" : "")}{Number}");
}
