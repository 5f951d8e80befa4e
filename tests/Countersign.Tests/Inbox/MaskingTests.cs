using Countersign.Decisions;
using Countersign.Inbox;

namespace Countersign.Tests.Inbox;

/// <summary>How the words of others are shown: pure, without a database.</summary>
public sealed class MaskingTests
{
    [Fact]
    public void Personal_data_is_masked_in_every_place_also_where_two_rules_saw_it()
    {
        var message = Said("Card 4111 1111 1111 1111, or 5500 0000 0000 0004.", Label("personal-data", 5, 24), Label("personal-data", 5, 20), Label("secret", 29, 48), Label("complaint", 0, 4));

        Assert.Equal("Card ••••, or ••••.", Masking.Line(message));
        Assert.Equal([false, true, false, true, false], Masking.Parts(message).Select(part => part.IsHidden));
    }

    [Fact]
    public void What_a_person_took_away_masks_nothing_and_a_place_past_the_end_is_left()
    {
        var message = Said("Order 4711", Label("personal-data", 6, 10) with { Denied = true }, Label("personal-data", 6, 400));

        Assert.Equal("Order 4711", Masking.Line(message));
    }

    [Fact]
    public void Abuse_is_hidden_as_a_whole() => Assert.Equal("Abusive words, hidden", Masking.Line(Said("You are all fools", Label("harassment", 0, 17))));

    [Fact]
    public void Marks_that_turn_text_about_are_named_and_emoji_stay_whole() =>
        Assert.Equal("pay [U+202E]drac[U+2069] 👩‍🚒[U+0007]\n", PlainText.Of("pay \u202Edrac\u2069 👩‍🚒\a\n"));

    [Theory]
    [InlineData("self-harm", Priority.P1)]
    [InlineData("threat", Priority.P1)]
    [InlineData("data-breach", Priority.P1)]
    [InlineData("complaint", Priority.P2)]
    [InlineData("press-enquiry", Priority.P2)]
    [InlineData("question", Priority.P3)]
    [InlineData("spam", Priority.P4)]
    [InlineData("praise", Priority.P4)]
    public void The_strictest_label_decides_the_priority_and_says_why(string label, Priority expected)
    {
        var (priority, reason) = Priorities.Of([Label("praise", 0, 0), Label(label, 0, 0)]);

        Assert.Equal(expected, priority);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void A_rule_that_could_not_read_it_brings_a_person() => Assert.Equal(Priority.P2, Priorities.Of([Label(Priorities.Unread, 0, 0), Label("praise", 0, 0)]).Priority);

    private static MessageLabel Label(string name, int start, int end) => new(name, "X-1", "A rule", start, end);

    private static Message Said(string text, params MessageLabel[] labels) => new()
    {
        Id = Guid.NewGuid(),
        ConversationId = Guid.NewGuid(),
        AccountId = Guid.NewGuid(),
        RemoteHash = "",
        Kind = MessageKind.Comment,
        Source = MessageSource.None,
        Text = text,
        WrittenAt = default,
        SeenAt = default,
        Labels = labels,
    };
}
