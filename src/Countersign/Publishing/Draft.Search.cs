using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Publishing;

public sealed partial class Draft : ISearched
{
    /// <summary>Answers are found with the conversation they belong to.</summary>
    Guid? ISearched.SearchedAs => Shape?.Kind == PostKind.Reply ? Id : null;

    Guid? ISearched.SearchedIn => null;

    DateTimeOffset ISearched.SaidAt => CreatedAt;

    string ISearched.Said => Text == Erased.Marker ? "" : TextWords.Joined(Text);
}
