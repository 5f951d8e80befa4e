using System.Globalization;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>Northgate's pictures with what allows their use: one without an end, one whose licence ends soon, one that nobody has finished.</summary>
public sealed class DemoLibrary(CountersignDb db, AddPicture add, KeepPicture keep, TimeProvider clock)
{
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var fiona = await db.People.Where(person => person.Name == "Fiona Drummond").Select(person => new Actor(person.Id, person.Name, person.Grants)).SingleAsync(cancellationToken);
        var soon = clock.GetUtcNow().AddDays(19).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await KeepAsync("crew.png", new PictureRecord(new PictureDetails("Apprentices in the works yard", "People/Apprentices", DemoPosts.Crew, "Northgate Instruments", "Drawn by our own studio", "", ""), PictureSource.Own, null, PeopleShown.None, null, Children: false, Generated: false), fiona, cancellationToken);
        await KeepAsync("merlin.png", new PictureRecord(new PictureDetails("Merlin F2 on a frosted pipe", "Products/Merlin", DemoPosts.Merlin, "Northgate Instruments", "Calder Studio, Leeds", "Contract CS-2026-04", ""), PictureSource.Commissioned, null, PeopleShown.None, null, Children: false, Generated: false), fiona, cancellationToken);
        await KeepAsync("kestrel.png", new PictureRecord(new PictureDetails("Kestrel 3 in the snow", "Products/Kestrel", DemoPosts.KestrelOnSnow, "Fell & Moor Pictures", "Fell & Moor Pictures", "Licence FM-20417", ""), PictureSource.Stock, soon, PeopleShown.None, null, Children: false, Generated: false), fiona, cancellationToken);
    }

    private async Task KeepAsync(string file, PictureRecord record, Actor by, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "demo", file), cancellationToken);
        var media = DemoOrganisation.Require(await add.RunAsync(bytes, by, cancellationToken));
        DemoOrganisation.Require(await keep.RunAsync(media.Sha256, record, by, cancellationToken));
    }
}
