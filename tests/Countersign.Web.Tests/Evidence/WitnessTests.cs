using System.Net;
using System.Text;
using Countersign.Ledger;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>Two installations that keep copies of each other's checkpoints, as programs on this machine.</summary>
public sealed class WitnessTests
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_installations_witness_each_other_and_a_history_put_back_is_an_alarm_at_both()
    {
        await using var one = await Installed.StartAsync();
        await using var two = await Installed.StartAsync();
        await one.WitnessAsync(two);
        await two.WitnessAsync(one);
        await one.SeesAsync("/audit/witnesses", "Has everything");
        await two.SeesAsync("/audit/witnesses", "Has everything");
        await one.SeesAsync("/audit", "Witnessed to entry");
        await one.SeesAsync("/audit/2", "Cosigned a checkpoint that holds this entry");
        using (var proof = await one.Helen.Http.GetAsync(new Uri("/audit/2/proof", UriKind.Relative)))
            Assert.Contains("/witness ", await proof.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // Somebody keeps a copy of the second one's machine, lets it go on, and puts the copy back.
        await two.Program.StopAsync();
        using var copy = new Copy(two.Program.Data);
        await two.StartAgainAsync();
        await two.SeesAsync("/audit/witnesses", "Has everything");
        await two.Program.StopAsync();
        copy.PutBack();
        await two.StartAgainAsync();

        await two.SeesAsync("/audit/witnesses", "does not cosign this audit trail");
        for (var time = 0; time < 12; time++)
            await two.Helen.SubmitAsync(await two.Helen.OpenAsync("/audit"), "form[action='/audit/verify']", ("formaction", "/accounts/sites"), ("name", "Nowhere"));
        await two.SeesAsync("/audit/witnesses", "there may be two histories");
        await two.SeesAsync("/", "A witness disagrees about the audit trail");
        await one.SeesAsync("/audit/witnesses", "does not continue what this installation cosigned");
        var notes = (await one.Helen.OpenAsync("/audit/witnesses")).Document.QuerySelectorAll("[role=alert] .bytes").Select(note => note.TextContent).ToList();
        Assert.True(notes.Count >= 2);
        Assert.All(notes, text => Assert.True(SignedNote.TryParse(text, out var note) && two.LogKey.Verifies(note), text));
    }

    [Fact]
    public async Task The_address_for_logs_takes_what_the_protocol_allows_and_no_more_of_it_than_that()
    {
        await using var witness = await Installed.StartAsync(("Witnesses__RequestsPerMinute", "12"));
        using var log = witness.Program.Visit();

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(log, "old -1\n\nnote\n"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(log, ""));
        var signer = Ed25519NoteSigner.Create("theirs.example/log");
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(log, new AddCheckpoint(0, [], signer.Sign(new Checkpoint(signer.Name, 1, TreeHash.Empty))).ToText()));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(log, new string('x', AddCheckpoint.LargestRequest + 1)));
        var answers = new List<HttpStatusCode>();
        for (var time = 0; time < 12; time++)
            answers.Add(await PostAsync(log, "again"));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    private static async Task<HttpStatusCode> PostAsync(Visitor log, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var answer = await log.Http.PostAsync(new Uri("/witness/add-checkpoint", UriKind.Relative), content);
        return answer.StatusCode;
    }

    private sealed class Installed(TheProgram program, Dictionary<string, string> settings) : IAsyncDisposable
    {
        public TheProgram Program => program;

        /// <summary>Reads everything.</summary>
        public Visitor Helen { get; private set; } = null!;

        public NoteVerifier LogKey { get; private set; } = null!;

        private string LogLine { get; set; } = "";

        private string WitnessKey { get; set; } = "";

        public static async Task<Installed> StartAsync(params (string Name, string Value)[] more)
        {
            var settings = new Dictionary<string, string> { ["Witnesses__AskEvery"] = "00:00:00.3" };
            foreach (var (name, value) in more)
                settings[name] = value;
            var installed = new Installed(await TheProgram.StartDemoAsync(settings: settings), settings);
            installed.Helen = await installed.Program.SignInAsync(ADemo.Helen);
            var page = await installed.Helen.OpenAsync("/audit/witnesses");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            (installed.LogLine, installed.WitnessKey) = (page.Value("#log-line"), page.Value("#witness-key"));
            installed.LogKey = NoteVerifier.Parse(installed.LogLine["log ".Length..]);
            return installed;
        }

        /// <summary>The other one becomes our witness, and we know its log.</summary>
        public async Task WitnessAsync(Installed other)
        {
            await program.StopAsync();
            await File.WriteAllTextAsync(Path.Combine(program.Data, "ours.policy"), $"{LogLine}\nwitness other {other.WitnessKey} {other.Program.Address}witness\nquorum other\n");
            await File.WriteAllTextAsync(Path.Combine(program.Data, "served.policy"), $"{other.LogLine}\nquorum none\n");
            (settings["Witnesses__Policy"], settings["Witnesses__Serves"]) = ("ours.policy", "served.policy");
            await StartAgainAsync();
        }

        public async Task StartAgainAsync()
        {
            await program.StartAgainAsync();
            Helen.Dispose();
            Helen = await program.SignInAsync(ADemo.Helen);
        }

        public async Task SeesAsync(string path, string words)
        {
            using var limit = new CancellationTokenSource(patience);
            while (true)
            {
                var page = await Helen.OpenAsync(path);
                if (page.Text.Contains(words, StringComparison.Ordinal))
                    return;
                if (limit.IsCancellationRequested)
                    Assert.Fail($"\"{words}\" did not come. {page.One("main").TextContent} {program.Said}");
                await Task.Delay(300, CancellationToken.None);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Helen.Dispose();
            await program.DisposeAsync();
        }
    }

    /// <summary>The whole data folder as it was: what a copy of the machine would hold.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly string data;
        private readonly string kept = Directory.CreateTempSubdirectory("countersign-copy-").FullName;

        public Copy(string data)
        {
            this.data = data;
            Move(data, kept);
        }

        public void PutBack()
        {
            foreach (var file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
                File.Delete(file);
            Move(kept, data);
        }

        public void Dispose() => Directory.Delete(kept, recursive: true);

        private static void Move(string from, string to)
        {
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
