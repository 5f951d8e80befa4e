using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Countersign.Web.Evidence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Web.Tests.Evidence;

/// <summary>What an examiner reads of the conversation around an answer.</summary>
public sealed class PackThreadTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-pack-").FullName;
    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_comes_with_the_message_it_answers_and_all_that_was_said_around_it(DatabaseKind kind)
    {
        await using var here = await OpenAsync(kind);
        var (first, answer) = await AnsweredAsync(here);

        await WriteAsync(here, "pack", new EvidenceOrder { Draft = answer });

        var thread = await ThreadAsync("pack", answer);
        Assert.Equal(($"conversation/{first.ConversationId}", $"message/{first.Id}", 0), ((string)thread["conversation"]!, (string)thread["answers"]!, (int)thread["leftOut"]!));
        Assert.Equal(
            ["message.received", "message.edited", "draft.composed", "publication.accepted", "conversation.reply-written", "message.received"],
            Entries(thread).ConvertAll(entry => (string)entry["act"]!));
        Assert.Equal([true, true, false, false, false, false], Entries(thread).ConvertAll(entry => (bool)entry["answered"]!));
        Assert.Equal(Entries(thread).ConvertAll(entry => (long)entry["entry"]!).Order(), Entries(thread).ConvertAll(entry => (long)entry["entry"]!));
        Assert.Equal(
            ["When do you open?", "When do you open on Whit Sunday?", "We will see.", null, null, "Much obliged!"],
            await TextsAsync("pack", answer, thread));
        foreach (var entry in Entries(thread))
        {
            var kept = JsonNode.Parse(await File.ReadAllTextAsync(Of("pack", answer, (string)entry["file"]!), TestContext.Current.CancellationToken))!;
            Assert.Equal(((string)entry["act"]!, (string)entry["object"]!), ((string)kept["act"]!, (string)kept["obj"]!));
            Assert.Empty(entry["notShown"]!.AsArray());
            Assert.Equal((string)kept["obj"]!, (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, $"pack/entries/{entry["entry"]}.json"), TestContext.Current.CancellationToken))!["obj"]!);
            Assert.True(File.Exists(Path.Combine(folder, $"pack/entries/{entry["entry"]}.tlog-proof")));
        }

        // The other post is also there as it was when it was chosen, which is what was signed.
        Assert.Contains("When do you open on Whit Sunday?", await File.ReadAllTextAsync(Of("pack", answer, (string)thread["target"]!["file"]!), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "pack", $"items/draft-{answer}/render/item.html"), TestContext.Current.CancellationToken);
        Assert.Contains("this is answered", page, StringComparison.Ordinal);
        Assert.Contains("Much obliged!", page, StringComparison.Ordinal);
        Assert.Contains("thread/", await File.ReadAllTextAsync(Path.Combine(folder, "pack/README.txt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // What somebody else asked is no part of it, and a post that answers nothing has no such folder.
        Assert.DoesNotContain("Something else", page, StringComparison.Ordinal);
        var plain = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(plain, await here.WhoAsync("Hannah"), "Plain words", []));
        await WriteAsync(here, "plain", new EvidenceOrder { Draft = plain });
        Assert.True(File.Exists(Path.Combine(folder, "plain", $"items/draft-{plain}/record.json")));
        Assert.False(Directory.Exists(Path.Combine(folder, "plain", $"items/draft-{plain}/thread")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_packs_of_one_state_have_the_same_thread_also_after_the_conversation_went_on(DatabaseKind kind)
    {
        await using var here = await OpenAsync(kind);
        var (first, answer) = await AnsweredAsync(here);
        var size = await WriteAsync(here, "one", new EvidenceOrder { Draft = answer });
        await SayAsync(here, "And on Monday?", about: first.Source.About);
        Taken(await ReplyAsync(here, first, "Also.", await here.WhoAsync("Hannah")));

        await WriteAsync(here, "two", new EvidenceOrder { Draft = answer, At = size });
        await WriteAsync(here, "later", new EvidenceOrder { Draft = answer });

        var files = Files("one");
        Assert.Contains(files, file => file.Contains("/thread/thread.json", StringComparison.Ordinal));
        Assert.Equal(files, Files("two"));
        Assert.Equal(["manifest.json", "manifest.note"], files.Where(file => !File.ReadAllBytes(Path.Combine(folder, "one", file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, "two", file)))));
        Assert.Contains("And on Monday?", await TextsAsync("later", answer, await ThreadAsync("later", answer)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_withheld_or_was_erased_of_the_conversation_is_not_shown_and_is_listed(DatabaseKind kind)
    {
        await using var here = await OpenAsync(kind);
        var (first, answer) = await AnsweredAsync(here);
        var thanks = await here.ReadAsync(db => db.Messages.AsNoTracking().SingleAsync(message => message.Text == "Much obliged!"));
        var withheld = new[] { thanks.TextCommitment!, thanks.SourceCommitment! };

        await WriteAsync(here, "less", new EvidenceOrder { Draft = answer, Withheld = withheld.ToDictionary(commitment => commitment, _ => "Another person's matter") });

        var last = Entries(await ThreadAsync("less", answer))[^1];
        Assert.Equal((0, "source text"), (last["words"]!.AsArray().Count, string.Join(' ', last["notShown"]!.AsArray().Select(name => (string)name!))));
        var listed = await File.ReadAllTextAsync(Path.Combine(folder, "less/withheld.csv"), TestContext.Current.CancellationToken);
        Assert.All(withheld, commitment => Assert.Contains($"{commitment},Another person's matter", listed, StringComparison.Ordinal));
        Assert.DoesNotContain("Much obliged!", Everything("less"), StringComparison.Ordinal);
        Assert.Contains("When do you open on Whit Sunday?", Everything("less"), StringComparison.Ordinal);

        // Whoever withholds a message withholds the copies that went along with answers to it.
        await WriteAsync(here, "copies", new EvidenceOrder { Draft = answer, Withheld = new Dictionary<string, string> { [first.TextCommitment!] = "Hers" } });
        Assert.DoesNotContain("Whit Sunday", Everything("copies"), StringComparison.Ordinal);
        Assert.Contains(",target,", await File.ReadAllTextAsync(Path.Combine(folder, "copies/withheld.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // Without words there are none of the conversation either.
        await WriteAsync(here, "none", new EvidenceOrder { Draft = answer, WithWords = false });
        Assert.All(Entries(await ThreadAsync("none", answer)), entry => Assert.Empty(entry["words"]!.AsArray()));
        Assert.DoesNotContain("Whit Sunday", Everything("none"), StringComparison.Ordinal);

        Taken(await here.ApproveAsync(answer, (await here.DraftAsync(answer)).Seal!, await here.WhoAsync("Bea")));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        var (daniel, ada) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        Taken(await here.UseAsync<HandleConversation, Decision<ConversationResolved>>(async handle => await handle.ResolveAsync(first.ConversationId, ConversationOutcome.NoAnswerNeeded, await here.WhoAsync("Hannah"), default)));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"conversation/{first.ConversationId}", ErasureBasis.Objection, "She asked.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        await WriteAsync(here, "erased", new EvidenceOrder { Draft = answer });
        Assert.All(Entries(await ThreadAsync("erased", answer)).Where(entry => ((string)entry["act"]!).StartsWith("message.", StringComparison.Ordinal)), entry => Assert.NotEmpty(entry["notShown"]!.AsArray()));
        Assert.DoesNotContain("Much obliged!", Everything("erased"), StringComparison.Ordinal);
        Assert.DoesNotContain("Whit Sunday", Everything("erased"), StringComparison.Ordinal);
        Assert.Contains(thanks.TextCommitment!, await File.ReadAllTextAsync(Path.Combine(folder, "erased/erased.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<AnInstallation> OpenAsync(DatabaseKind kind) => NorthgateAsync(kind, network.Instead() + (services => services.AddScoped<EvidencePack>().AddScoped<Withholding>()));

    /// <summary>A question that is edited, an answer that goes out, another that is signed, thanks; and a question of somebody else.</summary>
    private async Task<(Message First, Guid Answer)> AnsweredAsync(AnInstallation here)
    {
        var (hannah, bea, account) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.AccountAsync("newsroom"));
        var about = $"urn:{Guid.NewGuid():N}";
        var asked = await SayAsync(here, "When do you open?", about);
        network.WriteAgain(account, network.Written[^1].Item with { Text = "When do you open on Whit Sunday?" });
        await CollectAsync(here);
        var first = await here.ReadAsync(db => db.Messages.AsNoTracking().SingleAsync(message => message.Id == asked.Id));
        var before = Taken(await ReplyAsync(here, first, "We will see.", hannah));
        Taken(await here.ApproveAsync(before.Draft, (await here.DraftAsync(before.Draft)).Seal!, bea));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(1));
        var answer = Taken(await ReplyAsync(here, first, "At ten.", hannah));
        await SayAsync(here, "Much obliged!", about);
        await SayAsync(here, "Something else", $"urn:{Guid.NewGuid():N}");
        return (first, answer.Draft);
    }

    private static Task<Decision<WrittenReply>> ReplyAsync(AnInstallation here, Message message, string text, Actor by) =>
        here.UseAsync<ReplyToMessage, Decision<WrittenReply>>(reply => reply.RunAsync(message.ConversationId, new ReplyForm(Guid.CreateVersion7(), message.Id, text, Another: true), by, default));

    private async Task<Message> SayAsync(AnInstallation here, string text, string? about)
    {
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        var item = network.Write(await here.AccountAsync("newsroom"), text, here.Clock.GetUtcNow(), written => written with { About = about, ReplyTo = about });
        await CollectAsync(here);
        return (await here.ReadAsync(db => db.Messages.AsNoTracking().ToListAsync())).Single(message => message.Source.Id == item.Remote.Id);
    }

    private static async Task CollectAsync(AnInstallation here)
    {
        await here.UseAsync<CollectMessages, bool>(async collect =>
        {
            await collect.PlanAsync(default);
            return true;
        });
        foreach (var reading in await here.ReadAsync(db => db.InboxReadings.AsNoTracking().OrderBy(reading => reading.Id).ToListAsync()))
            await here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(reading.Id, default));
    }

    /// <returns>The size of the checkpoint it was written at.</returns>
    private async Task<long> WriteAsync(AnInstallation here, string pack, EvidenceOrder order)
    {
        await here.SequenceAsync();
        return Taken(await here.UseAsync<EvidencePack, Decision<WrittenPack>>(written => written.WriteAsync(Path.Combine(folder, pack), order, Actor.Automation, null, default))).Size;
    }

    private string Of(string pack, Guid draft, string file) => Path.Combine(folder, pack, $"items/draft-{draft}/thread/{file}");

    private async Task<JsonNode> ThreadAsync(string pack, Guid draft) => JsonNode.Parse(await File.ReadAllTextAsync(Of(pack, draft, "thread.json"), TestContext.Current.CancellationToken))!;

    private static List<JsonNode> Entries(JsonNode thread) => [.. thread["entries"]!.AsArray().Select(entry => entry!)];

    /// <returns>The text of each entry that has one.</returns>
    private async Task<List<string?>> TextsAsync(string pack, Guid draft, JsonNode thread)
    {
        var texts = new List<string?>();
        foreach (var entry in Entries(thread))
        {
            var file = entry["words"]!.AsArray().Select(words => (string)words!).SingleOrDefault(words => words.EndsWith("-text.txt", StringComparison.Ordinal));
            texts.Add(file is null ? null : await File.ReadAllTextAsync(Of(pack, draft, file), TestContext.Current.CancellationToken));
        }

        return texts;
    }

    private List<string> Files(string pack) => [.. Directory.EnumerateFiles(Path.Combine(folder, pack), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(folder, pack), file)).Order(StringComparer.Ordinal)];

    private string Everything(string pack) => string.Concat(Files(pack).Where(file => !file.StartsWith("verifier", StringComparison.Ordinal)).Select(file => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, pack, file)))));
}
