using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Tests.Publishing;

/// <summary>The decisions over a draft, without a database: whatever people do in whatever order, these hold.</summary>
public sealed class DraftDecisionTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 12, 9, 0, 0, TimeSpan.Zero);
    private static readonly AccountRef sheffield = new(Guid.NewGuid(), Guid.NewGuid());
    private static readonly Role[] signing = [Role.Brand, Role.Legal, Role.Compliance];
    private static readonly Actor[] people = [.. Enumerable.Range(0, 5).Select(number => Someone($"Person {number}", [new(Role.Author), .. signing.Select(role => new RoleGrant(role))]))];

    private static readonly Gen<Actor> anybody = Gen.Elements(people);

    [Fact]
    public void Nobody_signs_their_own_words_or_edits_whatever_the_order() => Prop.ForAll(
        Arb.From(from editors in anybody.NonEmptyListOf() from signer in anybody select (Editors: editors.ToList(), Signer: signer)),
        scene =>
        {
            var draft = Written(scene.Editors);
            Send(draft, scene.Editors[^1], Needs(Role.Brand));

            var decision = draft.Approve("seal", "seal", [], null, null, scene.Signer, [sheffield], now);

            return decision.IsTaken != scene.Editors.Contains(scene.Signer)
                && (decision.IsTaken || (decision.Refusal.Code is "own-draft" or "own-edit" && decision.Refusal.Attempt is not null));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_person_never_fills_two_roles_and_nothing_is_approved_before_every_role_is_filled() => Prop.ForAll(
        Arb.From(
            from counts in Gen.Choose(0, 2).ArrayOf(signing.Length)
            from attempts in (from who in anybody from role in Gen.Elements(signing.Select(role => (Role?)role).Append(null)) select (who, role)).ListOf()
            select (Counts: counts, Attempts: attempts.ToList())),
        scene =>
        {
            var needs = signing.Zip(scene.Counts).Where(pair => pair.Second > 0).Select(pair => new RoleCount(pair.First.Name(), pair.Second)).ToArray();
            if (needs.Length == 0)
                return true;
            var draft = Written([people[0]]);
            Send(draft, people[0], needs);
            foreach (var (who, role) in scene.Attempts)
            {
                var decision = draft.Approve("seal", "seal", [], role, null, who, [sheffield], now);
                if (decision.IsTaken)
                    draft.Apply(decision.Taken);
                var signers = draft.Signatures.Select(signature => signature.PersonId).ToList();
                if (signers.Distinct().Count() != signers.Count || signers.Contains(people[0].Id))
                    return false;
                if ((draft.Stage == DraftStage.Approved) != needs.All(need => draft.Signatures.Count(signature => signature.Role.Name() == need.Role) == need.Count))
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_signature_is_taken_only_for_the_digest_that_was_shown_and_still_holds() => Prop.ForAll(
        Arb.From(from seen in Gen.Elements("seal", "other") from current in Gen.Elements("seal", "other") select (Seen: seen, Current: current)),
        scene =>
        {
            var draft = Written([people[0]]);
            Send(draft, people[0], Needs(Role.Brand));
            var decision = draft.Approve(scene.Seen, scene.Current, [], null, null, people[1], [sheffield], now);
            return decision.IsTaken == (scene is { Seen: "seal", Current: "seal" }) && (decision.IsTaken || decision.Refusal.Code == "text-changed");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Saving_words_voids_every_signature_and_the_seal()
    {
        var draft = Written([people[0]]);
        Send(draft, people[0], Needs(Role.Brand, Role.Legal));
        draft.Apply(draft.Approve("seal", "seal", [], Role.Brand, null, people[1], [sheffield], now).Taken!);
        Assert.Single(draft.Signatures);

        Save(draft, people[2], "Other words");

        Assert.Empty(draft.Signatures);
        Assert.Empty(draft.Requirements);
        Assert.Null(draft.Seal);
        Assert.Equal(DraftStage.Draft, draft.Stage);
        Assert.Equal("not-waiting", draft.Approve("seal", "seal", [], null, null, people[3], [sheffield], now).Refusal!.Code);
    }

    [Fact]
    public void The_last_signature_after_the_slot_holds_the_draft_and_asks()
    {
        var slot = new Slot("2026-11-12T10:00", "Europe/London", now.AddHours(1));
        foreach (var (late, stage) in new[] { (TimeSpan.Zero, DraftStage.Held), (TimeSpan.FromMinutes(5), DraftStage.Held), (TimeSpan.FromSeconds(-1), DraftStage.Approved) })
        {
            var draft = Written([people[0]], slot);
            Send(draft, people[0], Needs(Role.Brand));

            var approved = draft.Approve("seal", "seal", [], null, null, people[1], [sheffield], slot.Instant + late).Taken!;
            draft.Apply(approved);

            Assert.Equal(stage, draft.Stage);
            Assert.Equal(stage == DraftStage.Held ? "late" : null, draft.HeldBecause);
            Assert.Equal(stage == DraftStage.Held ? "late" : null, approved.Why);
        }
    }

    [Fact]
    public void A_role_counts_where_it_was_given_and_nowhere_else() => Prop.ForAll(
        Arb.From(
            from sites in Gen.Choose(0, 2).NonEmptyListOf()
            from site in Gen.Choose(0, 2)
            from kind in Gen.Choose(0, 2)
            select (Sites: sites.ToList(), Site: site, Kind: kind)),
        scene =>
        {
            var siteIds = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
            var accounts = scene.Sites.Select(at => new AccountRef(Guid.NewGuid(), siteIds[at])).ToList();
            var grant = scene.Kind switch
            {
                0 => new RoleGrant(Role.Brand),
                1 => new RoleGrant(Role.Brand, SiteId: siteIds[scene.Site]),
                _ => new RoleGrant(Role.Brand, AccountId: accounts[0].Id),
            };
            var signer = Someone("Signer", [grant]);
            var draft = Written([people[0]]);
            Send(draft, people[0], Needs(Role.Brand));

            var decision = draft.Approve("seal", "seal", [], null, null, signer, accounts, now);

            var covers = accounts.TrueForAll(account => scene.Kind switch { 0 => true, 1 => account.SiteId == siteIds[scene.Site], _ => account == accounts[0] });
            return decision.IsTaken == covers && (covers || (decision.Refusal!.Code == "not-entitled" && decision.Refusal.Attempt is not null));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_role_for_no_account_at_all_entitles_nobody() =>
        Assert.Equal("not-entitled", Waiting().Approve("seal", "seal", [], null, null, people[1], [], now).Refusal!.Code);

    [Fact]
    public void Somebody_who_holds_none_of_the_roles_is_told_so_and_recorded()
    {
        var refusal = Waiting().Approve("seal", "seal", [], null, null, Someone("Ned", []), [sheffield], now).Refusal!;

        Assert.Equal("not-entitled", refusal.Code);
        Assert.Contains("Brand", refusal.Sentence, StringComparison.Ordinal);
        Assert.NotNull(refusal.Attempt);
    }

    [Fact]
    public void Who_could_sign_for_two_roles_says_for_which()
    {
        var draft = Written([people[0]]);
        Send(draft, people[0], Needs(Role.Legal, Role.Compliance));

        var refusal = draft.Approve("seal", "seal", [], null, null, people[1], [sheffield], now).Refusal;
        var named = draft.Approve("seal", "seal", [], Role.Compliance, null, people[1], [sheffield], now).Taken;

        Assert.Equal("which-role", refusal?.Code);
        Assert.Contains("Legal and Compliance", refusal!.Sentence, StringComparison.Ordinal);
        Assert.Equal(Role.Compliance, named?.Role);
    }

    [Fact]
    public void A_blocked_post_is_not_sent_and_the_attempt_is_recorded()
    {
        var draft = Written([people[0]]);
        var blocked = new Assessment("release", [], [], [], new Route(Strength.Block, [], []));

        var refusal = draft.Send(draft.Version, "seal", blocked, [], [], people[0], [sheffield], now).Refusal!;

        Assert.Equal("blocked", refusal.Code);
        Assert.Equal("draft.send", refusal.Attempt!.Act);
    }

    [Fact]
    public void Words_on_their_way_cannot_be_changed_or_taken_back()
    {
        var draft = Waiting();

        Assert.Equal("on-its-way", draft.Compose(new DraftContent(draft.Version, "Other", [], [sheffield], null), [sheffield], Sealed.New("text", "Other"), "null", onItsWay: true, people[0], now).Refusal!.Code);
        Assert.Equal("on-its-way", draft.Withdraw(onItsWay: true, people[0], [], now).Refusal!.Code);
    }

    private static Actor Someone(string name, IReadOnlyList<RoleGrant> grants) => new(Guid.NewGuid(), name, grants);

    private static RoleCount[] Needs(params Role[] roles) => [.. roles.Select(role => new RoleCount(role.Name(), 1))];

    private static Draft Waiting()
    {
        var draft = Written([people[0]]);
        Send(draft, people[0], Needs(Role.Brand));
        return draft;
    }

    private static Draft Written(IReadOnlyList<Actor> editors, Slot? slot = null)
    {
        var draft = new Draft { Id = Guid.NewGuid(), AuthorId = editors[0].Id, CreatedAt = now, LastEditorId = editors[0].Id, EditedAt = now };
        foreach (var editor in editors)
            Save(draft, editor, $"Words of {editor.Name}", slot);
        return draft;
    }

    private static void Save(Draft draft, Actor by, string text, Slot? slot = null) =>
        draft.Apply(draft.Compose(new DraftContent(draft.Version, text, [], [sheffield], slot), [sheffield], Sealed.New("text", text), "null", onItsWay: false, by, now).Taken!);

    [Fact]
    public void Who_sends_a_draft_does_not_sign_it()
    {
        var draft = Written([people[0]]);
        Send(draft, people[1], Needs(Role.Brand));

        var decision = draft.Approve("seal", "seal", [], null, null, people[1], [sheffield], now);

        Assert.Equal("own-edit", decision.Refusal?.Code);
        Assert.Equal(people[1].Id, draft.SentBy);
    }

    [Fact]
    public void Nobody_writes_over_a_draft_for_accounts_that_are_not_theirs()
    {
        var draft = Written([people[0]]);
        var livingston = new AccountRef(Guid.NewGuid(), Guid.NewGuid());
        var tom = Someone("Tom", [new RoleGrant(Role.Author, livingston.Id)]);

        var decision = draft.Compose(new DraftContent(draft.Version, "Mine now", [], [livingston], null), [sheffield], Sealed.New("text", "Mine now"), "null", onItsWay: false, tom, now);

        Assert.Equal("not-entitled", decision.Refusal?.Code);
    }

    [Fact]
    public void There_must_be_enough_different_people_for_every_signature()
    {
        Requirement[] asked = [new(Role.Legal, 1), new(Role.Compliance, 1)];
        var both = Someone("Both", [new RoleGrant(Role.Legal), new RoleGrant(Role.Compliance)]);
        var legal = Someone("Legal", [new RoleGrant(Role.Legal)]);

        Assert.Equal([Role.Compliance], Signing.Unfillable(asked, [sheffield], [both]));
        Assert.Empty(Signing.Unfillable(asked, [sheffield], [both, legal]));
        Assert.Equal([Role.Legal], Signing.Unfillable([new(Role.Legal, 2)], [sheffield], [legal]));
    }

    [Fact]
    public void A_rule_that_fails_or_holds_keeps_the_draft_from_being_sent()
    {
        var draft = Written([people[0]]);
        var failed = new Assessment("release", [], [], ["FP-05"], new Route(Strength.Hold, [new RoleCount("Brand", 1)], []));
        var held = failed with { Failed = [] };

        var decisions = new[] { failed, held }.Select(assessment => draft.Send(draft.Version, "seal", assessment, [], [], people[0], [sheffield], now)).ToList();

        Assert.All(decisions, decision => Assert.Equal("held", decision.Refusal?.Code));
        Assert.StartsWith("FP-05 could not judge", decisions[0].Refusal!.Sentence, StringComparison.Ordinal);
    }

    private static void Send(Draft draft, Actor by, params RoleCount[] needs) =>
        draft.Apply(draft.Send(draft.Version, "seal", new Assessment("release", [], [], [], new Route(Strength.Require, needs, [])), [], [], by, [sheffield], now).Taken!);
}
