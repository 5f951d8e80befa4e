using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>What Northgate has written: a post in every stage, brought there by the people who would.</summary>
public sealed class DemoPosts(
    CountersignDb db,
    AddPicture addPicture,
    ComposeDraft compose,
    SendForApproval send,
    ApproveDraft approve,
    ReturnDraft @return,
    RefuseDraft refuse,
    WithdrawDraft withdraw,
    ConnectAccount connect,
    DisconnectAccount disconnect,
    SetPostingPlan plan,
    PlanCampaign campaign,
    TimeProvider clock)
{
    public const string Zone = "Europe/London";

    internal const string KestrelOnSnow = "Drawing: a yellow Kestrel 3 gas detector with a dark face. Its display reads 2.1 parts per million of methane after 9 seconds at minus 20 degrees.";
    internal const string Crew = "Drawing: two people in helmets and orange jackets stand in a works yard. One holds a gas detector.";
    internal const string Merlin = "Drawing: a Merlin F2 flow meter on a frosted pipe. Its display reads 14.82 litres per second.";

    private static readonly Picture kestrelOnSnow = new("kestrel.png", KestrelOnSnow);
    private static readonly Picture crew = new("crew.png", Crew);
    private static readonly Picture merlin = new("merlin.png", Merlin);

    private Dictionary<string, Actor> people = [];
    private Dictionary<string, Account> accounts = [];

    /// <summary>By the words that belong to each.</summary>
    private readonly Dictionary<string, Guid> campaigns = new(StringComparer.Ordinal);

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        people = await db.People.ToDictionaryAsync(person => person.Name, person => new Actor(person.Id, person.Name, person.Grants), cancellationToken);
        accounts = await db.Accounts.ToDictionaryAsync(account => account.Title, cancellationToken);
        await PlanAsync("Northgate Instruments", 4, Nation.EnglandAndWales, cancellationToken);
        await PlanAsync("Northgate Livingston", 5, Nation.Scotland, cancellationToken);
        await BeginCampaignAsync("Kestrel 3 in the cold", "Engineers who buy gas detectors for winter work ask for the cold-start report: 40 requests by the end of the campaign.", "kestrel-3-cold", -7, 35, "Ruth Fenwick", [DemoTexts.KestrelFirst, DemoTexts.Kestrel, DemoTexts.TestHouse], cancellationToken);
        await BeginCampaignAsync("Apprentice week", "Thirty applications for the eight places of next September, a third of them from within an hour of Livingston.", "apprentice-week", -3, 4, "Hannah Okafor", [DemoTexts.ApprenticesDayFour, DemoTexts.ApprenticesDayFive, DemoTexts.Skye, DemoTexts.OpenEvening], cancellationToken);
        await PublishAsync(cancellationToken);
        await ScheduleAsync(cancellationToken);
        await LeaveWaitingAsync(cancellationToken);
        await EndAsync(cancellationToken);
        await HoldAsync(cancellationToken);
    }

    private async Task PlanAsync(string account, int perWeek, Nation holidays, CancellationToken cancellationToken)
    {
        IReadOnlyList<PreferredTime> times = [.. from day in Enumerable.Range((int)DayOfWeek.Monday, 5) from time in (string[])["09:00", "13:30"] select new PreferredTime((DayOfWeek)day, time)];
        DemoOrganisation.Require(await plan.RunAsync(accounts[account].Id, new PlanTerms(perWeek, [DayOfWeek.Tuesday, DayOfWeek.Thursday, DayOfWeek.Friday], times, Zone, 90, "20:00", "07:30", holidays), people["Ruth Fenwick"], cancellationToken));
    }

    private async Task BeginCampaignAsync(string name, string objective, string tag, int begins, int ends, string owner, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        DemoOrganisation.Require(await campaign.RunAsync(id, new CampaignPlan(new CampaignDetails(name, objective), Day(begins), Day(ends), new UtmTags("", "social", tag), [], people[owner].Id), 0, people[owner], cancellationToken));
        foreach (var text in texts)
            campaigns[text] = id;
    }

    private Guid? CampaignOf(string text) => campaigns.TryGetValue(text, out var id) ? id : null;

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var apprentices = await WriteAsync("Hannah Okafor", DemoTexts.ApprenticesDayFour, ["Northgate Instruments"], null, crew, cancellationToken);
        await AgreeAsync(apprentices, "Good. The question at the end is the point.", cancellationToken);
        var laboratory = await WriteAsync("Tom Ashworth", DemoTexts.Laboratory, ["Northgate Livingston"], null, merlin, cancellationToken);
        await AgreeAsync(laboratory, null, cancellationToken);
    }

    private async Task ScheduleAsync(CancellationToken cancellationToken)
    {
        var skye = await WriteAsync("Hannah Okafor", DemoTexts.Skye, ["Northgate Instruments", "Northgate Livingston"], Tomorrow("11:00"), null, cancellationToken);
        await AgreeAsync(skye, "Skye has read it and agrees.", cancellationToken);
        var evening = await WriteAsync("Fiona Drummond", DemoTexts.OpenEvening, ["Northgate Livingston"], Tomorrow("16:30"), null, cancellationToken);
        await AgreeAsync(evening, null, cancellationToken);
    }

    private async Task LeaveWaitingAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> everywhere = ["Northgate Instruments", "Sandbox", "Northgate Livingston"];
        var kestrel = await WriteAsync("Hannah Okafor", DemoTexts.KestrelFirst, everywhere, In(50), kestrelOnSnow, cancellationToken);
        await SendAsync(kestrel, cancellationToken);
        DemoOrganisation.Require(await @return.RunAsync(kestrel.Id, "Say what was measured and by whom. “Dangerous” has to go.", people["Eleanor Whitcombe"], cancellationToken));
        await SaveAsync(kestrel.Id, new DraftForm(kestrel.Version, DemoTexts.Kestrel, [.. kestrel.Pictures.Select(picture => (picture.Sha256, picture.Alt))], kestrel.AccountIds, kestrel.Slot!.Local[..10], kestrel.Slot.Local[11..], Zone) { Campaign = CampaignOf(DemoTexts.Kestrel) }, "Hannah Okafor", cancellationToken);
        await SendAsync(kestrel, cancellationToken);
        await SignAsync(kestrel, "Eleanor Whitcombe", Role.Legal, "Matches table 2 of the report.", cancellationToken);

        await SendAsync(await WriteAsync("Tom Ashworth", DemoTexts.TestHouse, ["Northgate Livingston"], In(80), null, cancellationToken), cancellationToken);
        await SendAsync(await WriteAsync("Tom Ashworth", DemoTexts.Heaters, ["Northgate Livingston"], In(150), null, cancellationToken), cancellationToken);
        await SendAsync(await WriteAsync("Callum Reid", DemoTexts.Rumour, ["Northgate Instruments"], In(230), null, cancellationToken), cancellationToken);
        await SendAsync(await WriteAsync("Tom Ashworth", DemoTexts.Drift, ["Northgate Livingston", "Livingston sandbox"], Tomorrow("09:00"), merlin, cancellationToken), cancellationToken);
        await SendAsync(await WriteAsync("Hannah Okafor", DemoTexts.Lease, ["Northgate Instruments"], Tomorrow("13:30"), null, cancellationToken), cancellationToken);
        await SendAsync(await WriteAsync("Daniel Mensah", DemoTexts.SpeakUp, ["Northgate Instruments"], Tomorrow("14:00"), null, cancellationToken), cancellationToken);
    }

    /// <summary>Returned, refused, withdrawn, and two that are still being written; one of those cannot be sent as it is.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        var price = await WriteAsync("Tom Ashworth", DemoTexts.HalfPrice, ["Northgate Livingston"], Tomorrow("10:00"), null, cancellationToken);
        await SendAsync(price, cancellationToken);
        DemoOrganisation.Require(await @return.RunAsync(price.Id, "Which price lists, of which date? Name them, or leave Brocklow out.", people["Aisha Khan"], cancellationToken));

        var auditor = await WriteAsync("Hannah Okafor", DemoTexts.Auditor, ["Northgate Instruments"], null, null, cancellationToken);
        await SendAsync(auditor, cancellationToken);
        DemoOrganisation.Require(await refuse.RunAsync(auditor.Id, "She can be identified, and none of this is ours to say.", people["Eleanor Whitcombe"], cancellationToken));

        var winter = await WriteAsync("Hannah Okafor", DemoTexts.WinterHours, ["Northgate Instruments"], Tomorrow("17:00"), null, cancellationToken);
        await SendAsync(winter, cancellationToken);
        DemoOrganisation.Require(await withdraw.RunAsync(winter.Id, people["Hannah Okafor"], cancellationToken));

        await WriteAsync("Tom Ashworth", DemoTexts.Warehouse, ["Northgate Livingston"], null, null, cancellationToken);
        await WriteAsync("Hannah Okafor", DemoTexts.ApprenticesDayFive, ["Northgate Instruments"], Tomorrow("08:00"), crew, cancellationToken);
    }

    /// <summary>Approved for an account that was let go meanwhile: the door keeps it, and somebody has to choose.</summary>
    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        var marek = people[DemoPeople.Administrator];
        var wall = DemoOrganisation.Require(await connect.RunAsync(new Connecting("sandbox", accounts["Sandbox"].SiteId, "trade-fair", "Trade fair wall", null, null), marek, cancellationToken)).Subject;
        accounts["Trade fair wall"] = await db.Accounts.SingleAsync(account => account.Id == wall, cancellationToken);
        var stand = await WriteAsync("Hannah Okafor", DemoTexts.Stand, ["Trade fair wall"], null, null, cancellationToken);
        await AgreeAsync(stand, null, cancellationToken);
        DemoOrganisation.Require(await disconnect.RunAsync(wall, marek, cancellationToken));
    }

    private async Task<Draft> WriteAsync(string author, string text, IReadOnlyList<string> where, Slot? when, Picture? picture, CancellationToken cancellationToken)
    {
        var pictures = new List<(string Sha256, string Alt)>();
        if (picture is not null)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "demo", picture.File), cancellationToken);
            pictures.Add((DemoOrganisation.Require(await addPicture.RunAsync(bytes, people[author], cancellationToken)).Sha256, picture.Alt));
        }

        var form = new DraftForm(0, text, pictures, [.. where.Select(title => accounts[title].Id)], when?.Local[..10], when?.Local[11..], when?.Zone) { Campaign = CampaignOf(text) };
        return await SaveAsync(Guid.CreateVersion7(clock.GetUtcNow()), form, author, cancellationToken);
    }

    private async Task<Draft> SaveAsync(Guid id, DraftForm form, string author, CancellationToken cancellationToken)
    {
        DemoOrganisation.Require(await compose.RunAsync(id, form, people[author], cancellationToken));
        return await db.Drafts.SingleAsync(draft => draft.Id == id, cancellationToken);
    }

    private async Task SendAsync(Draft draft, CancellationToken cancellationToken) =>
        DemoOrganisation.Require(await send.RunAsync(draft.Id, draft.Version, people.Values.Single(person => person.Id == draft.AuthorId), cancellationToken));

    private async Task SignAsync(Draft draft, string signer, Role role, string? reason, CancellationToken cancellationToken) =>
        DemoOrganisation.Require(await approve.RunAsync(draft.Id, draft.Seal!, draft.AccountIds, role, reason, people[signer], cancellationToken));

    /// <summary>Sends it, and has everybody sign whom the rules in force ask for.</summary>
    private async Task AgreeAsync(Draft draft, string? reason, CancellationToken cancellationToken)
    {
        await SendAsync(draft, cancellationToken);
        IReadOnlyList<AccountRef> refs = [.. accounts.Values.Where(account => draft.AccountIds.Contains(account.Id)).Select(account => account.Ref)];
        while (draft.Missing is [var need, ..])
        {
            var signer = people.Values.First(person => !draft.Editors.Contains(person.Id) && draft.Signatures.All(signature => signature.PersonId != person.Id) && person.HoldsForAll(need.Role, refs));
            await SignAsync(draft, signer.Name, need.Role, reason, cancellationToken);
        }
    }

    private Slot In(int minutes)
    {
        var instant = clock.GetUtcNow().AddMinutes(minutes);
        return new Slot(Slots.At(instant, Zone).ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture), Zone, instant);
    }

    private string Day(int days) => Slots.At(clock.GetUtcNow(), Zone).Date.PlusDays(days).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private Slot Tomorrow(string time)
    {
        var day = Slots.At(clock.GetUtcNow(), Zone).Date.PlusDays(1);
        return DemoOrganisation.Require(Slots.Resolve(day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), time, Zone));
    }

    /// <param name="File">Beside the program, in the folder "demo".</param>
    private sealed record Picture(string File, string Alt);
}
