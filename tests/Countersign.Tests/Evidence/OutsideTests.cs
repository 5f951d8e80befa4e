using System.Net;
using System.Net.Sockets;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

/// <summary>What outsiders say of our own log.</summary>
public sealed class OutsideTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-outside-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Where_the_settings_ask_for_it_nothing_leaves_before_the_quorum_has_cosigned_its_approval(DatabaseKind kind)
    {
        var witnesses = new[] { "one", "two", "three" }.Select(name => CosignatureSigner.Create($"{name}.example/w")).ToList();
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, services =>
        {
            RecordingNetwork.Instead(network)(services);
            services.Configure<WitnessSettings>(settings => (settings.Policy, settings.RequiredToPublish) = (Write("policy", [
                .. witnesses.Select((witness, number) => $"witness w{number} {witness.VerifierKey}"),
                "group two-of-three 2 w0 w1 w2",
                "quorum two-of-three",
            ]), true));
        });
        var post = await here.AnApprovedPostAsync();

        await here.MoveAsync(post.Id);
        Assert.Empty(network.HandOvers);
        await CosignAsync(here, witnesses[0], 1);
        await here.MoveAsync(post.Id);
        Assert.Empty(network.HandOvers);

        // A quorum of what came before the approval is not a quorum of the approval.
        await CosignAsync(here, witnesses[2], 2);
        await here.MoveAsync(post.Id);
        Assert.Empty(network.HandOvers);

        await CosignAsync(here, witnesses[2], 1);
        await here.MoveAsync(post.Id);
        Assert.Single(network.HandOvers);
        Assert.Equal(["w0", "w2"], (await here.UseAsync<OutsideCopies, Anchored>(outside => outside.WitnessedAsync(default))).By);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_checkpoint_is_stamped_kept_and_checked_by_OpenSSL_and_a_refusal_is_shown_and_tried_again(DatabaseKind kind)
    {
        using var authority = await ATimeStampAuthority.OpenAsync();
        using var server = new AServer(async request => await authority.AnswerAsync(request));
        await using var here = await NorthgateAsync(kind, services => services.Configure<WitnessSettings>(settings =>
            (settings.StampAuthority, settings.StampRoots, settings.StampEvery) = (server.Address, authority.RootFile, TimeSpan.FromHours(1))));

        server.Refuses = true;
        Assert.False(await StampAsync(here));
        Assert.Equal("It answered with status 503.", here.Services.GetRequiredService<OutsideStates>().Of(StampCheckpoint.Name)!.Trouble);
        server.Refuses = false;
        Assert.False(await StampAsync(here));
        here.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await StampAsync(here));
        Assert.False(await StampAsync(here));

        var stamp = await here.ReadAsync(db => db.Set<CheckpointStamp>().AsNoTracking().SingleAsync());
        var text = await here.ReadAsync(db => db.Set<LedgerCheckpoint>().Where(row => row.Size == stamp.Size).Select(row => row.Note).SingleAsync());
        Assert.True(SignedNote.TryParse(text, out var note));
        Assert.True(TimeStamp.TryVerify(stamp.Token, note, authority.Roots, out _, out _));
        Assert.True(await authority.OpenSslAgreesAsync(stamp.Token, note.Text));
        Assert.False(await authority.OpenSslAgreesAsync(stamp.Token, note.Text.Replace("northgate", "southgate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Settings_that_cannot_be_kept_are_refused_at_start()
    {
        foreach (var (settings, sentence) in new (Action<WitnessSettings>, string)[]
        {
            (settings => settings.Policy = "not-there", "Witnesses:Policy"),
            (settings => settings.Policy = Write("odd", ["quorum nobody"]), "Line 1 of the policy names a quorum that is not defined above it: nobody."),
            (settings => settings.RequiredToPublish = true, "Witnesses:RequiredToPublish needs a policy with a quorum in Witnesses:Policy."),
            (settings => settings.StampAuthority = new Uri("http://127.0.0.1:1/"), "Witnesses:StampRoots must name"),
        })
        {
            await using var here = await EmptyAsync(DatabaseKind.Sqlite, services => services.Configure(settings));

            Assert.Contains(sentence, Assert.Throws<InvalidOperationException>(here.Services.GetRequiredService<WitnessPolicies>).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>As <see cref="AskWitnesses"/> keeps it.</summary>
    private static async Task CosignAsync(AnInstallation here, CosignatureSigner witness, int fromTheEnd) => await here.ReadAsync(async db =>
    {
        var checkpoint = await db.Set<LedgerCheckpoint>().AsNoTracking().OrderByDescending(row => row.Size).Skip(fromTheEnd - 1).FirstAsync();
        Assert.True(SignedNote.TryParse(checkpoint.Note, out var note));
        db.Add(new Cosignature { Size = checkpoint.Size, Witness = witness.Name, Line = witness.Sign(note, here.Clock.GetUtcNow()).ToString(), At = here.Clock.GetUtcNow() });
        return await db.KeepAsync(default);
    });

    private static Task<bool> StampAsync(AnInstallation here) => here.UseAsync<StampCheckpoint, bool>(stamp => stamp.RunAsync(default));

    private string Write(string name, string[] lines)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    /// <summary>An authority's server, as small as can be.</summary>
    private sealed class AServer : IDisposable
    {
        private readonly HttpListener listener = new();

        public AServer(Func<byte[], Task<byte[]>> answer)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/stamp/");
            }

            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            _ = ServeAsync(answer);
        }

        public Uri Address { get; }

        public bool Refuses { get; set; }

        public void Dispose() => listener.Close();

        private async Task ServeAsync(Func<byte[], Task<byte[]>> answer)
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var request = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(request);
                context.Response.StatusCode = Refuses ? 503 : 200;
                if (!Refuses)
                    await context.Response.OutputStream.WriteAsync(await answer(request.ToArray()));
                context.Response.Close();
            }
        }
    }
}
