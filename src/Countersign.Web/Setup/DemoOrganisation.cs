using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;

namespace Countersign.Web.Setup;

/// <summary>Northgate Instruments: invented people in every role, two sites, posts in every stage. Made by the same slices as everything else, so its audit trail is a real one.</summary>
public sealed class DemoOrganisation(CountersignDb db, SetUpOrganisation setUp, DemoPeople people, DemoLibrary library, DemoReplies replies, DemoRules rules, DemoPosts posts)
{
    /// <summary>Of every demo person. No secret: the sign-in page of a demo signs in with it, and so does anybody.</summary>
    public const string Password = "look around northgate";

    /// <returns>Refused "set-up" where an organisation is there already; all of it or nothing is made.</returns>
    public Task<Decision<OrganisationSetUp>> MakeAsync(CancellationToken cancellationToken) => db.InTransactionAsync(async _ =>
    {
        var done = await setUp.RunAsync(new SettingUp("Northgate Instruments", "Sheffield", DemoPosts.Zone, DemoPeople.Administrator, DemoPeople.Address(DemoPeople.Administrator), Password, IsDemo: true), ShippedPacks.Read(), cancellationToken);
        if (!done.IsTaken)
            return done;
        await people.InviteAsync(cancellationToken);
        await library.FillAsync(cancellationToken);
        await posts.WriteAsync(cancellationToken);
        await replies.FillAsync(cancellationToken);
        await rules.FillAsync(cancellationToken);
        return done;
    }, cancellationToken);

    /// <summary>A step of the demo that is refused ends it, and what was made before goes with it.</summary>
    internal static T Require<T>(Decision<T> decision)
        where T : class =>
        decision.IsTaken ? decision.Taken : throw new InvalidOperationException($"The demo organisation could not be made: {decision.Refusal.Sentence}");
}
