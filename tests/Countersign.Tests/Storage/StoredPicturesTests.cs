using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Evidence;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>What somebody with write access to the database does to the bytes of pictures, and what the comparison with the log says of it.</summary>
public sealed class StoredPicturesTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_14_one_changed_byte_of_a_picture_is_named(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, _) = (await AddAsync(here, SomePicture.Png()), await AddAsync(here, SomePicture.TakenAtAPlace()));
        Assert.Empty(await SentencesAsync(here));
        var entry = await EntryAsync(here);

        var cipher = (byte[])Assert.Single(await here.SqlAsync($"select cipher from media where sha256 = '{sha256}'"))[0]!;
        cipher[^1] ^= 1;
        await here.SqlAsync($"update media set cipher = {Literal(kind, cipher)} where sha256 = '{sha256}'");

        Assert.Equal([$"The bytes of media/{sha256} in media were changed: they are not those that Entry {entry:N0} stands for."], await SentencesAsync(here));
    }

    /// <summary>Who also has the keys encrypts others in their place, so that they open.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Other_bytes_that_open_under_the_name_of_a_picture_are_named(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var sha256 = await AddAsync(here, SomePicture.Png());
        var forged = new Forged(sha256, SomePicture.TakenAtAPlace());
        typeof(ContentKeys).GetMethod("Close", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, [typeof(IEncrypted)])!.Invoke(here.Services.GetRequiredService<ContentKeys>(), [forged]);
        await here.SqlAsync($"update media set wrapped = {Literal(kind, forged.Wrapped!)}, cipher = {Literal(kind, forged.Cipher!)} where sha256 = '{sha256}'");
        Assert.Equal(SomePicture.TakenAtAPlace(), (await here.ReadAsync(db => db.Media.AsNoTracking().SingleAsync(media => media.Sha256 == sha256))).Bytes);

        Assert.Contains("were changed", Assert.Single(await SentencesAsync(here)), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_that_is_gone_one_that_was_put_there_and_one_that_came_back_are_named(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (sha256, erased) = (await AddAsync(here, SomePicture.Png()), await AddAsync(here, SomePicture.TakenAtAPlace()));
        await here.SqlAsync($"create table kept_media as select * from media where sha256 = '{erased}'");
        await EraseAsync(here, await ErasePictureTests.WithdrawnAsync(here, erased));
        Assert.Empty(await SentencesAsync(here));
        await here.SqlAsync("create table made_media as select * from media");

        foreach (var (sql, code, name) in new[]
        {
            ($"update media set master = null, wrapped = null, cipher = null where sha256 = '{sha256}'", "bytes-gone", sha256),
            ($"delete from media where sha256 = '{sha256}'", "gone", sha256),
            ($"update kept_media set sha256 = '{new string('a', 64)}'; insert into media select * from kept_media; update kept_media set sha256 = '{erased}'", "no-entry", new string('a', 64)),
            ($"update media set master = (select master from kept_media), wrapped = (select wrapped from kept_media), cipher = (select cipher from kept_media) where sha256 = '{erased}'", "bytes-returned", erased),
            ($"update media set erasure = (select erasure from made_media where erasure is not null), master = null, wrapped = null, cipher = null where sha256 = '{sha256}'", "changed", sha256),
        })
        {
            await here.SqlAsync(sql);
            var report = await StateCheckTests.CheckAsync(here);
            Assert.Equal((code, "media", $"media/{name}"), Assert.Single(report.Deviations) is var one ? (one.Code, one.Table, one.Object) : default);
            await here.SqlAsync("delete from media; insert into media select * from made_media");
            Assert.Empty(await SentencesAsync(here));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_picture_from_before_pictures_had_entries_is_recorded_once_as_it_is_found(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var sha256 = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default))).Sha256;
        await here.SqlAsync("delete from ledger_event where act = 'media.added'; alter table media drop column revision; delete from migration where number = 93");

        Assert.Equal([93], await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default)));
        Assert.Empty(await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default)));

        await using var now = await here.AnotherNodeAsync();
        await now.SequenceAsync();
        Assert.Empty(await SentencesAsync(now));
        var leaf = Assert.Single(await now.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "media.recorded").Select(entry => entry.Leaf).ToListAsync()));
        Assert.Contains($"\"obj\":\"media/{sha256}\"", System.Text.Encoding.UTF8.GetString(leaf), StringComparison.Ordinal);

        // What somebody puts there afterwards is not taken for old.
        await now.SqlAsync($"create table kept_media as select * from media; update kept_media set sha256 = '{new string('a', 64)}'; insert into media select * from kept_media");
        await now.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));
        Assert.Contains("no entry says how it came there", Assert.Single(await SentencesAsync(now)), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_hands_in_a_picture_is_recorded_once_for_each(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        foreach (var by in new[] { hannah, hannah, bea, hannah })
            await AddAsync(here, SomePicture.Png(), by);

        Assert.Equal([hannah.Id, bea.Id], await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act == "media.added").OrderBy(entry => entry.Seq).Select(entry => entry.Actor).ToListAsync()));
        Assert.Empty(await SentencesAsync(here));
    }

    private static async Task<string> AddAsync(AnInstallation here, byte[] bytes, Actor? by = null)
    {
        var author = by ?? await here.WhoAsync("Hannah");
        var media = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(bytes, author, default)));
        await here.SequenceAsync();
        return media.Sha256;
    }

    private static string Literal(DatabaseKind kind, byte[] bytes) => kind == DatabaseKind.Sqlite ? $"x'{Convert.ToHexString(bytes)}'" : $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    private static async Task<List<string>> SentencesAsync(AnInstallation here) => [.. (await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence)];

    /// <returns>The place of the first picture's entry.</returns>
    private static async Task<long?> EntryAsync(AnInstallation here)
    {
        var seq = await here.ReadAsync(db => db.Set<LedgerEvent>().Where(entry => entry.Act == "media.added").MinAsync(entry => entry.Seq));
        return await here.UseAsync<LogPlaces, long?>(places => places.IndexAsync(seq, default));
    }

    private static async Task EraseAsync(AnInstallation here, Guid id)
    {
        await ErasePictureTests.EraseAsync(here, id);
        await here.SequenceAsync();
    }

    private sealed class Forged(string name, byte[] bytes) : IEncrypted
    {
        public string Name => name;

        public byte[] Clear { get; set; } = bytes;

        public int Size { get; set; }

        public int? Master { get; set; }

        public byte[]? Wrapped { get; set; }

        public byte[]? Cipher { get; set; }

        public bool IsErased => false;
    }
}
