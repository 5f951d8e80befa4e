using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing.Replies;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>What people do with the library of replies, each step as one request.</summary>
internal static class Replies
{
    public static readonly IReadOnlyDictionary<string, string> Values = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "Dr. Pat O’Neill", ["link"] = "https://help.northgate.example/hours?day=saturday", ["case"] = "NI-2026/118" };

    /// <summary>A text with one variable of each kind.</summary>
    public static ReplyContent Content(Guid account, string text = "Dear {name}, we open on Saturday at ten. The hours are at {link}. Please quote {case} when you come.") => new(
        "Opening hours",
        text,
        [
            .. ((ReplyVariable[])[
                new("name", VariableKind.Words, 40, [], "Ms Kim Lee"),
                new("link", VariableKind.Link, 120, ["help.northgate.example"], "https://help.northgate.example/hours"),
                new("case", VariableKind.Reference, 20, [], "NI-1"),
            ]).Where(variable => text.Contains($"{{{variable.Name}}}", StringComparison.Ordinal)),
        ],
        "en-GB",
        ["question"],
        [],
        [account],
        "2027-03-31");

    extension(AnInstallation here)
    {
        public Task<T> KeepRepliesAsync<T>(Func<KeepReplies, Task<T>> keep) => here.UseAsync<KeepReplies, T>(keep);

        /// <summary>Hannah's text, waiting for signatures.</summary>
        public async Task<(Guid Id, string Digest)> AWaitingReplyAsync(ReplyContent? content = null, Guid? id = null, int seen = 0, Actor? by = null)
        {
            var (reply, hannah) = (id ?? Guid.CreateVersion7(), by ?? await here.WhoAsync("Hannah"));
            var saved = Taken(await here.KeepRepliesAsync(keep => keep.ComposeAsync(reply, content ?? Content(here.NewsroomId()), seen, hannah, default)));
            Taken(await here.KeepRepliesAsync(keep => keep.SendAsync(reply, saved.Version, hannah, default)));
            return (reply, (await here.ReplyVersionAsync(reply, saved.Version)).Digest!);
        }

        /// <summary>Hannah's text, signed by Bea for Brand and Daniel for Compliance.</summary>
        public async Task<Guid> AnApprovedReplyAsync(ReplyContent? content = null, Guid? id = null, int seen = 0)
        {
            var (reply, digest) = await here.AWaitingReplyAsync(content, id, seen);
            await here.SignReplyAsync(reply, seen + 1, digest);
            return reply;
        }

        /// <summary>Everybody signs who has to.</summary>
        public async Task SignReplyAsync(Guid reply, int version, string digest)
        {
            foreach (var who in (string[])["Bea", "Daniel", "Eleanor"])
            {
                var signer = await here.WhoAsync(who);
                if ((await here.ReplyVersionAsync(reply, version)).Missing.Any(need => signer.HoldsAnywhere(need.Role)))
                    Taken(await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, version, digest, null, null, signer, default)));
            }
        }

        public Task<ReplyTemplateVersion> ReplyVersionAsync(Guid reply, int version = 1) => here.ReadAsync(db => db.ReplyTemplateVersions.AsNoTracking().SingleAsync(row => row.TemplateId == reply && row.Version == version));

        public Task<Decision<SentAnswer>> AnswerAsync(Message message, Guid reply, Actor by, int version = 1, IReadOnlyDictionary<string, string>? values = null, bool atOnce = true, Guid? draft = null, bool another = false) =>
            here.UseAsync<ReplyFromLibrary, Decision<SentAnswer>>(use => use.RunAsync(message.ConversationId, new LibraryAnswer(draft ?? Guid.CreateVersion7(), message.Id, new Filling(reply, version, values ?? Values), atOnce, another), by, default));

        public Task<Decision<AnswerOutlook>> LookAsync(Message message, Guid reply, Actor by, int version = 1, IReadOnlyDictionary<string, string>? values = null) =>
            here.UseAsync<ReplyFromLibrary, Decision<AnswerOutlook>>(use => use.LookAsync(message.ConversationId, message.Id, new Filling(reply, version, values ?? Values), by, default));

        private Guid NewsroomId() => here.AccountAsync("newsroom").GetAwaiter().GetResult().Id;
    }
}
