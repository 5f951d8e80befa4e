using Countersign.Standing;
using Countersign.Web.Shared;

namespace Countersign.Web.Standing;

/// <summary>What others did with a post, in words. What a network does not count is left out: it is not none.</summary>
public static class ResponseWords
{
    /// <summary>"3 likes, 1 repost and 0 replies".</summary>
    public static string Say(PostResponses responses) => English.List(
    [
        .. Some(responses.Likes, "like", "likes"),
        .. Some(responses.Reposts, "repost", "reposts"),
        .. Some(responses.Replies, "reply", "replies"),
        .. Some(responses.Quotes, "quote", "quotes"),
    ]);

    private static IEnumerable<string> Some(long? count, string one, string many) =>
        count is { } counted ? [English.Count(counted, one, many)] : [];
}
