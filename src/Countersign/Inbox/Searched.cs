using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Inbox;

public sealed partial class Message : ISearched
{
    Guid? ISearched.SearchedAs => Id;

    Guid? ISearched.SearchedIn => ConversationId;

    DateTimeOffset ISearched.SaidAt => WrittenAt;

    string ISearched.Said => IsErased ? "" : TextWords.Joined([Source.AuthorName, Source.AuthorHandle, Text, .. Source.Media.Select(one => one.Alt)]);
}

public sealed partial class ConversationNote : ISearched
{
    Guid? ISearched.SearchedAs => Id;

    Guid? ISearched.SearchedIn => ConversationId;

    DateTimeOffset ISearched.SaidAt => At;

    string ISearched.Said => Text == Erased.Marker ? "" : TextWords.Joined(Text);
}

/// <summary>An answer says what its draft says, and is found where it belongs.</summary>
public sealed partial class ConversationReply : ISearched
{
    Guid? ISearched.SearchedAs => DraftId;

    Guid? ISearched.SearchedIn => ConversationId;

    DateTimeOffset ISearched.SaidAt => At;

    string? ISearched.Said => null;
}
