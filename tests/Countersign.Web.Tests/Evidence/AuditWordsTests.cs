using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Web.Evidence;

namespace Countersign.Web.Tests.Evidence;

public sealed class AuditWordsTests
{
    private static readonly Guid Hannah = Guid.Parse("01a202f3-a243-77af-9d7a-d05cf6c5f660");
    private static readonly string Digest = new('a', 64);

    [Fact]
    public void Every_event_there_is_has_words()
    {
        var acts = typeof(DomainEvent).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DomainEvent)) && type != typeof(PublicationMoved) && type != typeof(ConversationTold))
            .Select(type => ((DomainEvent)RuntimeHelpers.GetUninitializedObject(type)).Act)
            .Concat(Enum.GetValues<PublicationState>().Select(state => new PublicationMoved { Subject = Guid.Empty, By = Guid.Empty, At = default, To = state }.Act))
            .Concat(Enum.GetValues<ConversationWord>().Select(word => new ConversationTold(word) { Subject = Guid.Empty, By = Guid.Empty, At = default, People = [] }.Act))
            .Concat(Enum.GetValues<TakeDownState>().Select(state => new TakeDownMoved(state) { Subject = Guid.Empty, By = Guid.Empty, At = default }.Act));

        Assert.All(acts, act => Assert.True(AuditWords.Knows(act), act));
    }

    [Fact]
    public void Identifiers_become_names_and_codes_become_words()
    {
        var reading = Read($$"""{"changes":[{"obj":"draft/{{Hannah}}","before":"x","set":{"author":[null,"{{Hannah}}"],"stage":["Draft","AwaitingApproval"],"signatures":[[],["Legal {{Hannah}} {{Digest}}"]],"due":[null,1795345852290],"active":[false,true]} }]}""", reads: false);

        var change = Assert.Single(reading.Changes);
        Assert.Equal("Draft “Hannah Okafor”", change.Thing);
        Assert.False(change.IsNew);
        Assert.Equal(
            [
                new("Author", "–", "Hannah Okafor"),
                new("Stage", "Draft", "Awaiting approval"),
                new("Signatures", "none", "Legal Hannah Okafor aaaa aaaa"),
                new("Due", "–", "22 Nov 2026, 11:10:52"),
                new("Active", "no", "yes"),
            ],
            change.Fields);
    }

    [Fact]
    public void A_finding_is_told_in_words()
    {
        var reading = Read("""{"facts":{"findings":["ADV-07 1.0.0 S2 Own0:52-60","CHN-02 1.2.0 S3 Alt1:0-0"],"findingCount":2}}""", reads: false);

        Assert.Equal(
            [
                ("Findings", "ADV-07, version 1.0.0, serious: own words, characters 53 to 60; CHN-02, version 1.2.0, fix: alternative text 2, as a whole"),
                ("Number of findings", "2"),
            ],
            reading.Facts);
    }

    [Theory]
    [InlineData(true, "“We open.”")]
    [InlineData(false, "sealed content aaaa aaaa")]
    public void Sealed_content_is_words_or_a_fingerprint(bool reads, string shown)
    {
        var reading = Read($$"""{"c":{"text":"{{Digest}}"},"changes":[{"obj":"draft/{{Hannah}}","set":{"text":[null,"{{Digest}}"]} }]}""", reads);

        Assert.Equal([("Words", shown)], reading.Sealed);
        Assert.Equal(shown, reading.Changes[0].Fields[0].After);
    }

    [Fact]
    public void A_code_nobody_has_words_for_is_readable_all_the_same() =>
        Assert.Equal("No such thing", AuditWords.Why("no-such-thing"));

    private static EntryReading Read(string json, bool reads) => new(
        JsonNode.Parse(json)!.AsObject(),
        new Dictionary<Guid, string> { [Hannah] = "Hannah Okafor" },
        reads ? new Dictionary<string, string> { [Digest] = "We open." } : new Dictionary<string, string>(),
        new Dictionary<string, string>());
}
