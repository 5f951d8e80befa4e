using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Tests.Publishing;

/// <summary>What somebody who decides is shown, and who else.</summary>
public sealed class ReviewTests
{
    /// <summary>A damaging claim about a competitor: needs Legal and Compliance.</summary>
    private const string Claim = "Harcastle heaters catch fire, ours do not";

    private const string Denial = "Reports that Brocklow is going bust are untrue. We share a test bench with them every Tuesday.";

    private const string Plain = "Our winter hours begin on Monday.";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_approver_sees_every_rendering_the_findings_and_who_else_could_sign(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        await here.JoinAsync("Sadia Rahman", [new RoleGrant(Role.Compliance)]);
        var id = await SendAsync(here, Claim);

        var review = await ReadAsync(here, id, "Daniel");

        Assert.Equal(["newsroom", "sandbox"], review.Context.Renderings.Select(rendering => rendering.Network).Order());
        Assert.All(review.Context.Renderings, rendering => Assert.Equal(Claim, rendering.Text));
        Assert.Contains(review.Assessment.Findings, finding => finding.Rule == "DEF-03");
        Assert.Equal(1, review.Release);
        Assert.Equal([Role.Compliance], review.Reader.CanSign);
        Assert.True(review.Reader.CanDecide);
        Assert.Equal(["Sadia Rahman"], review.Needs.Single(need => need.Role == Role.Compliance).Could.Select(person => person.Name));
        Assert.Equal(["Eleanor Whitcombe"], review.Needs.Single(need => need.Role == Role.Legal).Could.Select(person => person.Name));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_severe_finding_that_was_cleared_is_still_there_with_its_reason(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var review = await ReadAsync(here, await SendAsync(here, Denial), "Bea");

        Assert.Empty(review.Assessment.Findings);
        Assert.NotNull(Assert.Single(review.Assessment.Cleared, finding => finding.Rule == "DEF-03").ClearedBecause);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_difference_is_taken_from_the_version_that_was_returned(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Claim);
        var eleanor = await here.WhoAsync("Eleanor");
        AnInstallation.Taken(await here.UseAsync<ReturnDraft, Decision<DraftReturned>>(slice => slice.RunAsync(id, "Say what was measured.", eleanor, default)));
        await ComposeAsync(here, id, 1, "Harcastle heaters catch fire, says the test report. Ours do not.");
        await ComposeAsync(here, id, 2, "Harcastle heaters catch fire, says the report of 3 March. Ours do not.");
        await SendAsync(here, id, 3);

        var review = await ReadAsync(here, id, "Daniel");

        Assert.Equal(Claim, review.Before?.Text);
        Assert.Equal("Eleanor Whitcombe", review.Before?.By.Name);
        var said = Assert.Single(review.Said);
        Assert.Equal(("Say what was measured.", 1, RemarkKind.Returned), (said.Text, said.Version, said.Kind));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_reason_against_signing_is_said(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Claim);

        Assert.Contains("You wrote this post", Against(await ReadAsync(here, id, "Hannah")));
        Assert.Contains("which you do not hold", Against(await ReadAsync(here, id, "Faisal")));

        await SignAsync(here, id, "Daniel", Role.Compliance);
        var daniel = await ReadAsync(here, id, "Daniel");
        Assert.Contains("One person fills one role", Against(daniel));
        Assert.Empty(daniel.Reader.CanSign);
        Assert.Equal("Daniel Mensah", daniel.Needs.Single(need => need.Role == Role.Compliance).Who?.Name);

        Assert.DoesNotContain((await ReadAsync(here, id, "Eleanor")).Reader.Reasons, reason => reason.Bearing != Bearing.For);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Somebody_who_edited_it_is_told_so(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        await here.JoinAsync("Fiona Drummond", [new RoleGrant(Role.Brand)]);
        var id = await ComposeAsync(here, Guid.CreateVersion7(), 0, Plain);
        await ComposeAsync(here, id, 1, "Our winter hours begin on Tuesday.", "Bea");
        await SendAsync(here, id, 2, "Hannah");

        var bea = await ReadAsync(here, id, "Bea");

        Assert.Contains("You edited this post", Against(bea));
        Assert.False(bea.Reader.CanDecide);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_the_review_says_is_what_the_approval_does(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Claim);
        await SignAsync(here, id, "Daniel", Role.Compliance);

        foreach (var name in new[] { "Hannah", "Daniel", "Eleanor", "Faisal", "Ruth", "Ada" })
        {
            var review = await ReadAsync(here, id, name);
            var actor = await here.WhoAsync(name);
            var decision = review.Draft.Approve(review.Draft.Seal!, review.Context.Seal, [], null, null, actor, review.Context.Refs, here.Clock.GetUtcNow());
            Assert.Equal(review.Reader.CanSign.Count > 0, decision.IsTaken);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task After_its_time_a_signature_is_announced_as_too_late(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Plain);
        here.Clock.Advance(Draft.OpenWindow + TimeSpan.FromMinutes(1));

        var review = await ReadAsync(here, id, "Bea");

        Assert.Equal([Role.Brand], review.Reader.CanSign);
        Assert.Contains("Its time has passed", Assert.Single(review.Reader.Reasons, reason => reason.Bearing == Bearing.Later).Sentence);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_account_whose_rendering_was_not_opened_is_not_signed_for_and_the_attempt_is_recorded(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Plain);
        var (review, bea) = (await ReadAsync(here, id, "Bea"), await here.WhoAsync("Bea"));
        var all = review.Context.Accounts.Select(account => account.Id).ToList();

        var blind = await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(slice => slice.RunAsync(id, review.Draft.Seal!, [all[0]], null, null, bea, default));

        Assert.Equal("not-opened", blind.Refusal?.Code);
        Assert.Contains(review.Context.Accounts[1].Title, blind.Refusal!.Sentence, StringComparison.Ordinal);
        var last = await here.ReadAsync(db => db.Set<LedgerEvent>().OrderBy(entry => entry.Seq).LastAsync());
        Assert.Equal(("draft.approve", false), (last.Act, last.Ok));
        AnInstallation.Taken(await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(slice => slice.RunAsync(id, review.Draft.Seal!, all, null, null, bea, default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Today_shows_each_person_what_they_can_do(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var signed = await SendAsync(here, Plain);
        var returned = await SendAsync(here, Claim);
        var daniel = await here.WhoAsync("Daniel");
        AnInstallation.Taken(await here.UseAsync<ReturnDraft, Decision<DraftReturned>>(slice => slice.RunAsync(returned, "Not like this.", daniel, default)));

        var bea = await TodayAsync(here, "Bea");
        Assert.Equal(signed, Assert.Single(bea.Mine).Draft.Id);
        var hannah = await TodayAsync(here, "Hannah");
        Assert.Equal(signed, Assert.Single(hannah.Sent).Draft.Id);
        Assert.Equal(returned, Assert.Single(hannah.ToChange).Id);
        Assert.True((await TodayAsync(here, "Ned")).NeedsNothing);

        await SignAsync(here, signed, "Bea", Role.Brand);
        await here.DeliverAsync();
        var later = await TodayAsync(here, "Bea");
        Assert.True(later.NeedsNothing);
        Assert.Equal(2, later.Latest.Count);
        Assert.All(later.Latest, post => Assert.Equal(signed, post.Draft.Id));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Reading_changes_nothing(DatabaseKind kind)
    {
        await using var here = await AnInstallation.NorthgateAsync(kind);
        var id = await SendAsync(here, Claim);
        var before = await here.ReadAsync(db => Task.FromResult(db.Set<LedgerEvent>().Count()));

        await ReadAsync(here, id, "Daniel");
        await TodayAsync(here, "Daniel");

        Assert.Equal(before, await here.ReadAsync(db => Task.FromResult(db.Set<LedgerEvent>().Count())));
    }

    private static string Against(Review review) => string.Join(' ', review.Reader.Reasons.Where(reason => reason.Bearing == Bearing.Against).Select(reason => reason.Sentence));

    private static async Task<Review> ReadAsync(AnInstallation here, Guid id, string reader)
    {
        var actor = await here.WhoAsync(reader);
        return await here.UseAsync<ReviewDraft, Review?>(reviews => reviews.RunAsync(id, actor, default)) ?? throw new InvalidOperationException("The draft is gone.");
    }

    private static async Task<MorningView> TodayAsync(AnInstallation here, string reader)
    {
        var actor = await here.WhoAsync(reader);
        return await here.UseAsync<ReadToday, MorningView>(today => today.RunAsync(actor, default));
    }

    private static async Task<Guid> ComposeAsync(AnInstallation here, Guid id, int seen, string text, string author = "Hannah")
    {
        var accounts = new[] { await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox") };
        var actor = await here.WhoAsync(author);
        AnInstallation.Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(slice => slice.RunAsync(id, new DraftForm(seen, text, [], [.. accounts.Select(account => account.Id)], null, null, null), actor, default)));
        return id;
    }

    private static async Task<Guid> SendAsync(AnInstallation here, string text) => await SendAsync(here, await ComposeAsync(here, Guid.CreateVersion7(), 0, text), 1);

    private static async Task<Guid> SendAsync(AnInstallation here, Guid id, int version, string author = "Hannah")
    {
        var actor = await here.WhoAsync(author);
        AnInstallation.Taken(await here.UseAsync<SendForApproval, Decision<DraftSent>>(slice => slice.RunAsync(id, version, actor, default)));
        return id;
    }

    private static async Task SignAsync(AnInstallation here, Guid id, string signer, Role role)
    {
        var actor = await here.WhoAsync(signer);
        var draft = await here.DraftAsync(id);
        AnInstallation.Taken(await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(slice => slice.RunAsync(id, draft.Seal!, draft.AccountIds, role, null, actor, default)));
    }
}
