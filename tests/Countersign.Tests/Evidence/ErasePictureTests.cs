using System.Security.Cryptography;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

/// <summary>Pictures are kept encrypted one by one, and go with the last words that showed them.</summary>
public sealed class ErasePictureTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_is_kept_encrypted_and_is_what_was_added_when_it_is_read(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, bytes) = await AddAsync(here);
        var stored = Assert.Single(await here.SqlAsync("select cipher, size, wrapped from media"));
        Assert.Equal(bytes.Length, Convert.ToInt32(stored[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(((byte[])stored[0]!).AsSpan().IndexOf(bytes.AsSpan(0, 8)) < 0, "The beginning of the picture stands in the database as it is.");
        Assert.Equal(bytes, (await MediaAsync(here, sha256)).Bytes);

        Assert.True((await here.UseAsync<TurnContentKey, Decision<ContentKeyTurned>>(turn => turn.RunAsync(Actor.Automation, default))).IsTaken);
        await using var another = await here.AnotherNodeAsync();
        var turned = await MediaAsync(another, sha256);
        Assert.Equal((2, sha256), (turned.Master, Convert.ToHexStringLower(SHA256.HashData(turned.Bytes))));

        // A picture whose bytes were changed where they lie is no picture any more.
        await here.SqlAsync(kind == DatabaseKind.Sqlite ? "update media set cipher = zeroblob(100)" : "update media set cipher = decode(repeat('00', 100), 'hex')");
        Assert.Empty((await MediaAsync(here, sha256)).Bytes);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_goes_with_the_last_draft_that_shows_it_and_the_entry_names_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, bytes) = await AddAsync(here);
        var (first, second) = (await WithdrawnAsync(here, sha256), await WithdrawnAsync(here, sha256));
        await EraseAsync(here, first);
        Assert.Equal(bytes, (await MediaAsync(here, sha256)).Bytes);

        await EraseAsync(here, second);
        var erased = await MediaAsync(here, sha256);
        Assert.Empty(erased.Bytes);
        Assert.NotNull(erased.Erasure);
        Assert.Equal([null, null, null], Assert.Single(await here.SqlAsync("select master, wrapped, cipher from media")));
        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "erasure.confirmed").OrderBy(entry => entry.Seq).Select(entry => entry.Leaf).ToListAsync());
        Assert.Equal([false, true], leaves.ConvertAll(leaf => System.Text.Encoding.UTF8.GetString(leaf).Contains($"\"pictures\":[\"{sha256}\"]", StringComparison.Ordinal)));
        await here.SequenceAsync();
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);

        // Whoever has the very same picture may add it again.
        await AddAsync(here);
        Assert.Equal(bytes, (await MediaAsync(here, sha256)).Bytes);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_of_the_library_goes_with_what_was_said_of_it_and_its_bytes_with_the_last_post_that_shows_them(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, _) = await AddAsync(here);
        var hannah = await here.WhoAsync("Hannah");
        var record = new PictureRecord(new PictureDetails("Priya in the laboratory", "People", "A woman at a bench", "", "", "", "Drawer 4"), PictureSource.Own, null, PeopleShown.ConsentGiven, null, Children: false, Generated: false);
        var kept = Taken(await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(sha256, record, hannah, default)));
        Taken(await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(kept.Id, record with { People = PeopleShown.ConsentWithdrawn }, kept.Revision, hannah, default)));
        var draft = await WithdrawnAsync(here, sha256);
        var daniel = await here.WhoAsync("Daniel");
        Assert.Equal("in-use", (await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"/library/{kept.Id}", ErasureBasis.ConsentWithdrawn, "She asked.", daniel, default))).Refusal!.Code);
        Taken(await here.UseAsync<RetirePicture, Decision<PictureRetired>>(retire => retire.RunAsync(kept.Id, hannah, default)));

        await EraseAsync(here, kept.Id);

        var left = await here.ReadAsync(db => db.LibraryPictures.AsNoTracking().SingleAsync());
        Assert.Equal((true, PictureDetails.None), (left.IsErased, left.Details));
        Assert.DoesNotContain("Priya", string.Join(' ', (await here.SqlAsync("select details from library_picture")).Select(row => (string)row[0]!)), StringComparison.Ordinal);
        Assert.NotEmpty((await MediaAsync(here, sha256)).Bytes);
        await EraseAsync(here, draft);
        Assert.Empty((await MediaAsync(here, sha256)).Bytes);

        Assert.Empty((await here.UseAsync<LibraryReader, LibraryPage>(library => library.ListAsync(new LibraryQuestion(null, null, LibraryShow.Retired), "Europe/London", default))).Pictures);
        Assert.Equal("erased", (await here.UseAsync<RetirePicture, Decision<PictureRestored>>(retire => retire.RestoreAsync(kept.Id, hannah, default))).Refusal!.Code);
        Assert.Equal("erased", (await here.UseAsync<DescribePicture, Decision<PictureDescribed>>(describe => describe.RunAsync(kept.Id, record, left.Revision, hannah, default))).Refusal!.Code);
        await AddAsync(here);
        Assert.Equal("erased", (await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(sha256, record, hannah, default))).Refusal!.Code);
        await here.SequenceAsync();
        var state = await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default));
        Assert.True(state.Fits, string.Join('\n', state.Deviations.Select(finding => finding.Sentence)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_that_was_never_saved_with_anything_goes_by_its_own_name(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, _) = await AddAsync(here);
        var (daniel, ada, eleanor) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"), await here.WhoAsync("Eleanor"));
        var hannah = await here.WhoAsync("Hannah");
        var held = Taken(await here.UseAsync<HoldContent, Decision<HoldPlaced>>(holds => holds.PlaceAsync($"person/{hannah.Id}", "A dispute.", daniel, default)));
        Assert.Equal("on-hold", (await AskAsync()).Refusal!.Code);
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleaseProposed>>(holds => holds.ProposeReleaseAsync(held.Subject, daniel, default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleased>>(holds => holds.ConfirmReleaseAsync(held.Subject, eleanor, default)));
        var asked = Taken(await AskAsync());

        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));

        Assert.Empty((await MediaAsync(here, sha256)).Bytes);
        Assert.Equal("nothing-left", (await AskAsync()).Refusal!.Code);
        await here.SequenceAsync();
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);

        await AddAsync(here);
        await WithdrawnAsync(here, sha256);
        Assert.Equal("in-use", (await AskAsync()).Refusal!.Code);

        Task<Decision<ErasureAsked>> AskAsync() => here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"media/{sha256}", ErasureBasis.Objection, "She asked.", daniel, default));
    }

    private static async Task<(string Sha256, byte[] Bytes)> AddAsync(AnInstallation here)
    {
        var hannah = await here.WhoAsync("Hannah");
        return (Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default))).Sha256, SomePicture.Png());
    }

    private static Task<Media> MediaAsync(AnInstallation here, string sha256) => here.ReadAsync(db => db.Media.AsNoTracking().SingleAsync(media => media.Sha256 == sha256));

    internal static async Task<Guid> WithdrawnAsync(AnInstallation here, string sha256)
    {
        var (id, hannah) = (Guid.CreateVersion7(), await here.WhoAsync("Hannah"));
        Taken(await here.ComposeAsync(id, hannah, "Words with a picture", [], pictures: [(sha256, "A path in a wood.")]));
        Taken(await here.UseAsync<WithdrawDraft, Decision<DraftWithdrawn>>(withdraw => withdraw.RunAsync(id, hannah, default)));
        return id;
    }

    internal static async Task EraseAsync(AnInstallation here, Guid id)
    {
        var (daniel, ada) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"{id}", ErasureBasis.Objection, "She asked.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
    }
}
