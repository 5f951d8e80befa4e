using Countersign.Inbox;
using Countersign.Storage;

namespace Countersign.Tests.Inbox;

/// <summary>What a list shows of what was found: pure, without a database.</summary>
public sealed class ExcerptsTests
{
    [Fact]
    public void The_words_that_were_looked_for_are_marked_as_they_were_written() =>
        Assert.Equal("My [pumps] and the “[PUMP]”", Say(Said("My pumps and the “PUMP”"), "pump"));

    [Fact]
    public void What_is_masked_stays_so_and_is_not_marked_even_by_who_looks_for_it()
    {
        var message = Said("Card 4111 1111 1111 1111 is mine", Label("personal-data", 5, 24));

        Assert.Equal("Card •••• is [mine]", Say(message, "\"4111 1111\" mine"));
        Assert.Equal("Card •••• is mine", Say(message, "4111"));
    }

    [Fact]
    public void Abuse_is_hidden_whatever_was_looked_for() =>
        Assert.Equal("Abusive words, hidden", Say(Said("You are all fools", Label("harassment", 0, 17)), "fools words"));

    [Fact]
    public void Of_a_long_text_the_part_around_the_first_word_is_shown_on_one_line()
    {
        var shown = Say(Said($"{string.Concat(Enumerable.Repeat("lorem ipsum\r\n", 40))}the pump leaks{string.Concat(Enumerable.Repeat("\nlorem", 80))}"), "pump");

        Assert.StartsWith("… ", shown, StringComparison.Ordinal);
        Assert.EndsWith(" …", shown, StringComparison.Ordinal);
        Assert.Contains(" the [pump] leaks lorem ", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 100, 220);
        Assert.DoesNotContain('\n', shown);
    }

    [Fact]
    public void A_text_is_never_cut_within_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 400));
        for (var at = 0; at < 3; at++)
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(Say(Said(new string('a', at) + text + "pump" + text), "pump"))));
    }

    [Fact]
    public void Marks_that_turn_text_about_are_named_in_notes_and_messages_alike()
    {
        Assert.Equal("pay [U+202E][pump]", Say(Said("pay \u202Epump"), "pump"));
        Assert.Equal("pay [U+202E][pump]", string.Concat(Excerpts.Of(new FoundWords(null, Note: true, "pay \u202Epump", default), WordQuery.Of("pump")!).Select(part => part.IsMarked ? $"[{part.Text}]" : part.Text)));
    }

    private static string Say(Message message, string typed) =>
        string.Concat(Excerpts.Of(new FoundWords(message, Note: false, message.Text, message.WrittenAt), WordQuery.Of(typed)!).Select(part => part.IsMarked ? $"[{part.Text}]" : part.Text));

    private static MessageLabel Label(string name, int start, int end) => new(name, "PII-01", "Title", start, end);

    private static Message Said(string text, params MessageLabel[] labels) => new()
    {
        Id = Guid.NewGuid(),
        ConversationId = Guid.NewGuid(),
        AccountId = Guid.NewGuid(),
        RemoteHash = "",
        Kind = MessageKind.Comment,
        Source = new MessageSource("1", null, null, null, "Pat", null, null),
        Text = text,
        WrittenAt = DateTimeOffset.UnixEpoch,
        SeenAt = DateTimeOffset.UnixEpoch,
        Labels = labels,
    };
}
