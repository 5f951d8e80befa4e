using Countersign.Standing;
using Countersign.Web.Standing;

namespace Countersign.Web.Tests.Standing;

public sealed class ResponseWordsTests
{
    [Theory]
    [InlineData(3L, 1L, 0L, 1L, "3 likes, 1 repost, 0 replies and 1 quote")]
    [InlineData(1_200L, null, 2L, null, "1,200 likes and 2 replies")]
    [InlineData(null, null, null, null, "")]
    public void What_a_network_does_not_count_is_left_out_and_is_not_none(long? likes, long? reposts, long? replies, long? quotes, string said) =>
        Assert.Equal(said, ResponseWords.Say(new PostResponses { StandingId = Guid.Empty, Likes = likes, Reposts = reposts, Replies = replies, Quotes = quotes }));
}
