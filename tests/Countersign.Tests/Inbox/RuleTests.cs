using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.Notices;
using Countersign.Storage;
using Countersign.Tests.Notices;
using Countersign.Tests.Shared;
using Countersign.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Inbox.InboxRules;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>Rules of the inbox: what they match, what they do, once, and who says so.</summary>
public sealed class RuleTests
{
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_live_rule_sets_priority_and_label_of_what_it_matches_says_so_and_leaves_the_rest_alone(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var rule = await here.ALiveRuleAsync(Questions);

        var question = await here.AMessageAsync(network, "When do you open?");
        var other = await here.AMessageAsync(network, "The lights are green", "urn:kim");

        var mark = Assert.Single(question.Rules);
        Assert.Equal((rule, 1, Priority.P1), (mark.Rule, mark.Version, mark.Priority));
        var conversation = await here.ConversationAsync(question.ConversationId);
        Assert.Equal((Priority.P1, RuleBook.Reason), (conversation.Priority, conversation.PriorityReason));
        Assert.Contains("press-enquiry", conversation.Labels);
        Assert.Equal(here.Clock.GetUtcNow().AddHours(1), conversation.DueAt);
        Assert.Equal((Priority.P3, 0), (other.Priority, other.Rules.Count));
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_draft_does_nothing_and_goes_live_after_a_dry_run_by_whoever_may(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, carol) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Carol"));
        Refused("not-entitled", await here.KeepRulesAsync(keep => keep.ComposeAsync(Guid.CreateVersion7(), null, Questions, 0, hannah, default)));
        var rule = await here.ADraftRuleAsync(Questions);

        Assert.Empty((await here.AMessageAsync(network, "When do you open?")).Rules);
        Refused("no-trial", await here.KeepRulesAsync(keep => keep.PutLiveAsync(rule, 1, carol, default)));
        Refused("not-entitled", await here.KeepRulesAsync(keep => keep.TryAsync(rule, hannah, default)));
        Taken(await here.KeepRulesAsync(keep => keep.TryAsync(rule, carol, default)));
        Refused("not-entitled", await here.KeepRulesAsync(keep => keep.PutLiveAsync(rule, 1, hannah, default)));
        here.Clock.Advance(InboxRule.TrialCounts + TimeSpan.FromMinutes(1));
        Refused("old-trial", await here.KeepRulesAsync(keep => keep.PutLiveAsync(rule, 1, carol, default)));
        Taken(await here.KeepRulesAsync(keep => keep.TryAsync(rule, carol, default)));
        Taken(await here.KeepRulesAsync(keep => keep.PutLiveAsync(rule, 1, carol, default)));

        Assert.Single((await here.AMessageAsync(network, "Where are you?", "urn:kim")).Rules);
        Taken(await here.KeepRulesAsync(keep => keep.SwitchOffAsync(rule, carol, default)));
        Assert.Empty((await here.AMessageAsync(network, "Who are you?", "urn:lee")).Rules);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_changed_is_a_new_version_that_acts_when_it_is_live_and_the_one_before_acts_until_then(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var carol = await here.WhoAsync("Carol");
        var rule = await here.ALiveRuleAsync(Questions);
        var changed = Questions with { Then = RuleThen.Nothing with { Priority = Priority.P2 } };

        Refused("version-changed", await here.KeepRulesAsync(keep => keep.ComposeAsync(rule, null, changed, 0, carol, default)));
        Taken(await here.KeepRulesAsync(keep => keep.ComposeAsync(rule, null, changed, 1, carol, default)));
        Assert.Equal((1, Priority.P1), Shown(await here.AMessageAsync(network, "When?", "urn:a")));
        Refused("no-trial", await here.KeepRulesAsync(keep => keep.PutLiveAsync(rule, 2, carol, default)));
        await here.PutLiveAsync(rule, 2);

        Assert.Equal((2, Priority.P2), Shown(await here.AMessageAsync(network, "Where?", "urn:b")));
        var versions = await here.ReadAsync(db => db.InboxRuleVersions.AsNoTracking().OrderBy(row => row.Version).ToListAsync());
        Assert.Equal([Questions.Then.Priority, Priority.P2], versions.ConvertAll(version => version.Content.Then.Priority));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_rules_that_want_different_things_the_first_in_order_has_it_and_all_are_shown(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, carol) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Carol"));
        var first = await here.ALiveRuleAsync(Questions with { Then = RuleThen.Nothing with { Priority = Priority.P4, To = hannah.Id, Labels = ["praise"] } });
        var second = await here.ALiveRuleAsync(Questions with { Then = RuleThen.Nothing with { Priority = Priority.P1, To = bea.Id, Labels = ["praise", "spam"] } });

        var message = await here.AMessageAsync(network, "When do you open?");

        Assert.Equal([first, second], message.Rules.Select(mark => mark.Rule));
        Assert.Equal(["priority:first", "owner:first"], message.Rules[1].Not);
        Assert.Equal(["question", "praise", "spam"], message.Standing.Select(label => label.Name));
        var conversation = await here.ConversationAsync(message.ConversationId);
        Assert.Equal((Priority.P4, hannah.Id), (conversation.Priority, conversation.OwnerId));

        Taken(await here.KeepRulesAsync(keep => keep.MoveAsync(second, earlier: true, carol, default)));
        var later = await here.AMessageAsync(network, "Where do you open?", "urn:kim");
        Assert.Equal([second, first], later.Rules.Select(mark => mark.Rule));
        Assert.Equal((Priority.P1, bea.Id), ((await here.ConversationAsync(later.ConversationId)).Priority, (await here.ConversationAsync(later.ConversationId)).OwnerId));
        Refused("at-the-end", await here.KeepRulesAsync(keep => keep.MoveAsync(second, earlier: true, carol, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_message_that_is_read_again_is_not_acted_on_twice_and_what_a_person_took_back_stays_so(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ned"));
        var rule = await here.ALiveRuleAsync(Questions with { Then = Questions.Then with { To = hannah.Id } });
        var message = await here.AMessageAsync(network, "When do you open?");
        Taken(await here.HandleAsync(handle => handle.ReleaseAsync(message.ConversationId, hannah, default)));
        Refused("no-conversation", await here.HandleAsync(handle => handle.DenyRuleAsync(message.Id, rule, ned, default)));
        Taken(await here.HandleAsync(handle => handle.DenyRuleAsync(message.Id, rule, bea, default)));
        Refused("as-it-is", await here.HandleAsync(handle => handle.DenyRuleAsync(message.Id, rule, bea, default)));
        Assert.Equal(Priority.P3, (await here.ConversationAsync(message.ConversationId)).Priority);

        network.WriteAgain(await here.AccountAsync("newsroom"), network.Written[^1].Item with { Text = "When do you open on Sunday?" });
        await here.CollectAsync();

        var again = Assert.Single(await here.MessagesAsync());
        Assert.Equal(("When do you open on Sunday?", bea.Id), (again.Text, Assert.Single(again.Rules).By));
        Assert.DoesNotContain("press-enquiry", again.Standing.Select(label => label.Name));
        var conversation = await here.ConversationAsync(message.ConversationId);
        Assert.Equal((Priority.P3, null), (conversation.Priority, conversation.OwnerId));
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_a_rule_gave_stays_through_an_edit_and_new_words_meet_the_rules_that_had_not_acted(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        _ = await here.ALiveRuleAsync(Questions);
        var words = await here.ALiveRuleAsync(new RuleContent("Boilers", RuleWhen.Anything with { Words = ["boiler*"] }, RuleThen.Nothing with { Labels = ["complaint"] }));
        await here.AMessageAsync(network, "When do you open?");

        network.WriteAgain(await here.AccountAsync("newsroom"), network.Written[^1].Item with { Text = "The BOILERS are cold" });
        await here.CollectAsync();

        var message = Assert.Single(await here.MessagesAsync());
        Assert.Equal(2, message.Rules.Count);
        Assert.Equal(words, message.Rules[1].Rule);
        Assert.Equal(["complaint", "press-enquiry"], message.Standing.Select(label => label.Name).Order());
        var conversation = await here.ConversationAsync(message.ConversationId);
        Assert.Equal(Priority.P1, conversation.Priority);
        Assert.NotEmpty(conversation.Regulatory);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_rule_makes_nothing_less_urgent_that_wants_a_person_and_gives_nothing_to_whoever_cannot_have_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, carol) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Carol"));
        await here.ALiveRuleAsync(new RuleContent("All quiet", RuleWhen.Anything with { Kinds = [MessageKind.Comment] }, RuleThen.Nothing with { Priority = Priority.P4, To = hannah.Id }));
        Taken(await here.LockAsync(LockScope.Person, hannah.Id, carol));

        var message = await here.AMessageAsync(network, "I will go to the Ombudsman about this");

        Assert.Equal(["priority:graver", "owner:cannot"], Assert.Single(message.Rules).Not);
        Assert.Equal((Priority.P1, null), ((await here.ConversationAsync(message.ConversationId)).Priority, (await here.ConversationAsync(message.ConversationId)).OwnerId));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Whom_a_rule_names_is_told_once_if_they_may_answer_there_and_whom_it_gives_the_conversation_to_as_well(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var named = Questions with { Then = RuleThen.Nothing with { Tell = [bea.Id], To = hannah.Id } };
        await here.ALiveRuleAsync(named);
        await here.ALiveRuleAsync(named);

        var message = await here.AMessageAsync(network, "When do you open?");
        await here.TellAsync();
        await here.TellAsync();

        Assert.Equal("Bea", await here.ToldAsync(NoticeKind.ByRule));
        Assert.Equal("Hannah", await here.ToldAsync(NoticeKind.HandedOver));
        Assert.Equal([[bea.Id], []], message.Rules.Select(mark => mark.Told));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task While_a_lock_is_in_force_no_rule_acts_there(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.ALiveRuleAsync(Questions);
        Taken(await here.LockAsync(LockScope.Everything, null, await here.WhoAsync("Ruth")));

        var message = await here.AMessageAsync(network, "When do you open?");

        Assert.Empty(message.Rules);
        Assert.Equal(Priority.P3, message.Priority);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_dry_run_counts_what_it_would_have_matched_in_90_days_and_what_people_did_otherwise(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, carol) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Carol"));
        await here.AMessageAsync(network, "When was that?", "urn:old");
        here.Clock.Advance(TimeSpan.FromDays(91));
        var needless = await here.AMessageAsync(network, "When do you open?", "urn:a");
        await here.AMessageAsync(network, "Where are you?", "urn:b");
        await here.AMessageAsync(network, "The lights are green", "urn:c");
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(needless.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        var before = (await here.MessagesAsync()).ConvertAll(message => message.Revision);
        var rule = await here.ADraftRuleAsync(Questions);

        var trial = Taken(await here.KeepRulesAsync(keep => keep.TryAsync(rule, carol, default))).Trial;

        Assert.Equal((3, 2, 1, false), (trial.Read, trial.Matched, trial.Against, trial.IsCut));
        Assert.Equal((needless.Id, "priority"), (trial.Examples[0].Message, trial.Examples[0].Against));
        Assert.Null(trial.Examples[1].Against);
        Assert.Equal(before, (await here.MessagesAsync()).ConvertAll(message => message.Revision));
        Assert.Equal(trial.Matched, (await here.ReadAsync(db => db.InboxRuleVersions.AsNoTracking().SingleAsync())).Trial!.Matched);
    }

    public static TheoryData<string, string> Wrong { get; } = new()
    {
        { "no-name", "name" }, { "no-when", "when" }, { "no-then", "then" }, { "no-label", "label" }, { "bad-author", "star" }, { "bad-author", "space" },
        { "bad-time", "half" }, { "bad-time", "noon" }, { "bad-words", "braces" }, { "bad-words", "long" }, { "not-there", "account" }, { "not-there", "person" }, { "not-there", "reply" }, { "no-site", "site" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_cannot_be_is_refused_in_a_sentence_and_nothing_is_kept(string code, string what)
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite, network.Instead());
        var carol = await here.WhoAsync("Carol");
        var content = what switch
        {
            "name" => Questions with { Name = " " },
            "when" => Questions with { When = RuleWhen.Anything },
            "then" => Questions with { Then = RuleThen.Nothing },
            "label" => Questions with { When = Questions.When with { Labels = ["nonsense"] } },
            "star" => Questions with { When = Questions.When with { Authors = ["**"] } },
            "space" => Questions with { When = Questions.When with { Authors = ["pat kim"] } },
            "half" => Questions with { When = Questions.When with { From = "18:00" } },
            "noon" => Questions with { When = Questions.When with { From = "noon", Until = "18:00" } },
            "braces" => Questions with { When = Questions.When with { Words = ["{nobody knows"] } },
            "long" => Questions with { When = Questions.When with { Words = [new string('a', 201)] } },
            "account" => Questions with { When = Questions.When with { Accounts = [Guid.NewGuid()] } },
            "person" => Questions with { Then = Questions.Then with { To = (await here.WhoAsync("Daniel")).Id } },
            "reply" => Questions with { Then = Questions.Then with { Reply = Guid.NewGuid() } },
            _ => Questions,
        };

        var refused = await here.KeepRulesAsync(keep => keep.ComposeAsync(Guid.CreateVersion7(), what == "site" ? Guid.NewGuid() : null, content, 0, carol, default));

        Refused(code, refused);
        Assert.EndsWith(".", refused.Refusal!.Sentence.Replace("*.press.example", ".", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(await here.ReadAsync(db => db.InboxRules.AsNoTracking().ToListAsync()));
    }

    [Theory]
    [InlineData("labels", true)]
    [InlineData("other-label", false)]
    [InlineData("author", true)]
    [InlineData("author-case", true)]
    [InlineData("author-inside", false)]
    [InlineData("network", true)]
    [InlineData("other-network", false)]
    [InlineData("kind", true)]
    [InlineData("other-kind", false)]
    [InlineData("account", true)]
    [InlineData("other-account", false)]
    [InlineData("office", false)]
    [InlineData("out-of-office", true)]
    [InlineData("over-midnight", true)]
    [InlineData("until", false)]
    [InlineData("words", true)]
    [InlineData("part-of-a-word", false)]
    [InlineData("two", false)]
    public void A_rule_matches_where_everything_that_it_says_holds(string what, bool matches)
    {
        var account = new AccountRef(Guid.NewGuid(), Guid.NewGuid());
        var facts = new RuleFacts(account, "bluesky", MessageKind.Mention, "Desk.press.example", ["question"], InOffice: false, new TimeOnly(6, 0), "Is the Boil-er café open?");
        var when = what switch
        {
            "labels" => RuleWhen.Anything with { Labels = ["complaint", "question"] },
            "other-label" => RuleWhen.Anything with { Labels = ["complaint"] },
            "author" => RuleWhen.Anything with { Authors = ["*.press.example"] },
            "author-case" => RuleWhen.Anything with { Authors = ["desk.PRESS.example"] },
            "author-inside" => RuleWhen.Anything with { Authors = ["press"] },
            "network" => RuleWhen.Anything with { Networks = ["bluesky"] },
            "other-network" => RuleWhen.Anything with { Networks = ["mastodon"] },
            "kind" => RuleWhen.Anything with { Kinds = [MessageKind.Mention] },
            "other-kind" => RuleWhen.Anything with { Kinds = [MessageKind.Comment] },
            "account" => RuleWhen.Anything with { Accounts = [account.Id] },
            "other-account" => RuleWhen.Anything with { Accounts = [Guid.NewGuid()] },
            "office" => RuleWhen.Anything with { Hours = RuleHours.Office },
            "out-of-office" => RuleWhen.Anything with { Hours = RuleHours.OutOfOffice },
            "over-midnight" => RuleWhen.Anything with { From = "22:00", Until = "06:30" },
            "until" => RuleWhen.Anything with { From = "04:00", Until = "06:00" },
            "words" => RuleWhen.Anything with { Words = ["nobody", "cafe open"] },
            "part-of-a-word" => RuleWhen.Anything with { Words = ["caf"] },
            _ => RuleWhen.Anything with { Labels = ["question"], Kinds = [MessageKind.Comment] },
        };

        Assert.Equal(matches, new AppliedRule(Guid.NewGuid(), 1, null, new RuleContent("One", when, RuleThen.Nothing)).Matches(facts));
        Assert.False(new AppliedRule(Guid.NewGuid(), 1, Guid.NewGuid(), new RuleContent("Another site's", when, RuleThen.Nothing)).Matches(facts));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Office_hours_are_those_of_the_settings_and_of_when_it_was_written(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.ALiveRuleAsync(new RuleContent("At night", RuleWhen.Anything with { Hours = RuleHours.OutOfOffice }, RuleThen.Nothing with { Labels = ["question"] }));

        Assert.Empty((await here.AMessageAsync(network, "The lights are green", "urn:a")).Rules);
        here.Clock.Advance(TimeSpan.FromHours(9));

        Assert.Single((await here.AMessageAsync(network, "The lights are red", "urn:b")).Rules);
    }

    private static (int, Priority) Shown(Message message) => (Assert.Single(message.Rules).Version, message.Priority);
}
