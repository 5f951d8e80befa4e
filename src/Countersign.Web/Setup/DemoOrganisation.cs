using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;

namespace Countersign.Web.Setup;

/// <summary>Northgate Instruments: invented people in every role, two sites, posts in every state. Made by the same slices as everything else.</summary>
public sealed class DemoOrganisation(SetUpOrganisation setUp)
{
    /// <summary>Of every demo person; shown on the sign-in page.</summary>
    public const string Password = "look around northgate";

    public async Task<Decision<OrganisationSetUp>> MakeAsync(CancellationToken cancellationToken) =>
        await setUp.RunAsync(new SettingUp("Northgate Instruments", "Sheffield", "Marek Nowak", "marek.nowak@northgate.example", Password, IsDemo: true), ShippedPacks.Read(), cancellationToken);
}
