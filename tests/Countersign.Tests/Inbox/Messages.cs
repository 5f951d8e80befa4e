using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>What jobs and people do about what others write, each step as one request.</summary>
internal static class Messages
{
    extension(AnInstallation here)
    {
        /// <summary>One turn of every inbox that is due.</summary>
        public async Task CollectAsync()
        {
            await here.UseAsync<CollectMessages, bool>(async collect =>
            {
                await collect.PlanAsync(default);
                return true;
            });
            foreach (var reading in await here.ReadingsAsync())
                await here.UseAsync<CollectMessages, DateTimeOffset?>(collect => collect.RunAsync(reading.Id, default));
        }

        public Task<List<InboxReading>> ReadingsAsync() => here.ReadAsync(db => db.InboxReadings.AsNoTracking().OrderBy(reading => reading.Id).ToListAsync());

        public Task<List<Message>> MessagesAsync() => here.ReadAsync(db => db.Messages.AsNoTracking().OrderBy(message => message.WrittenAt).ThenBy(message => message.Id).ToListAsync());

        public Task<List<Conversation>> ConversationsAsync() => here.ReadAsync(db => db.Conversations.AsNoTracking().OrderBy(row => row.OpenedAt).ThenBy(row => row.Id).ToListAsync());

        public Task<Conversation> ConversationAsync(Guid id) => here.ReadAsync(db => db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id));

        public Task<T> HandleAsync<T>(Func<HandleConversation, Task<T>> handle) => here.UseAsync<HandleConversation, T>(handle);

        public async Task KeepAsync() => await here.UseAsync<KeepConversations, bool>(async keep =>
        {
            await keep.RunAsync(default);
            return true;
        });

        /// <summary>Somebody wrote, and it was read.</summary>
        public async Task<Message> AMessageAsync(WatchedNetwork network, string text, string author = "urn:pat")
        {
            var item = network.Write(await here.AccountAsync("newsroom"), text, here.Clock.GetUtcNow(), written => written with { AuthorId = author });
            await here.CollectAsync();
            return (await here.MessagesAsync()).Single(message => message.Source.Id == item.Remote.Id);
        }

        /// <summary>Everything that there is in an inbox: every column of its governed tables has something in it.</summary>
        public async Task UseTheInboxAsync(WatchedNetwork network)
        {
            var (account, hannah, bea) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
            var item = network.Write(account, "My card is 4111 1111 1111 1111 and I am going to the Ombudsman", here.Clock.GetUtcNow(), written => written with { About = "urn:post", ReplyTo = "urn:post", Remote = written.Remote with { Version = "1" } });
            await here.CollectAsync();
            network.WriteAgain(account, item with { Text = new string('a', Message.MaxText + 1) });
            await here.CollectAsync();
            var message = (await here.MessagesAsync()).Single(one => one.Source.Id == item.Remote.Id);
            Taken(await here.HandleAsync(handle => handle.LabelAsync(message.Id, "complaint", true, hannah, default)));
            Taken(await here.HandleAsync(handle => handle.ClaimAsync(message.ConversationId, hannah, default)));
            Taken(await here.HandleAsync(handle => handle.HandOverAsync(message.ConversationId, bea.Id, "Please look.", hannah, default)));
            var written = Taken(await here.ReplyAsync(message, "We look into it.", bea));
            Taken(await here.ApproveAsync(written.Draft, (await here.DraftAsync(written.Draft)).Seal!, hannah));
            await here.DeliverAsync();
            await here.KeepAsync();
            var other = await here.AMessageAsync(network, "Nothing", "urn:kim");
            network.WriteAgain(account, network.Written[^1].Item with { State = Channels.InboxState.Removed });
            await here.CollectAsync();
            Taken(await here.HandleAsync(handle => handle.SnoozeAsync(other.ConversationId, here.Clock.GetUtcNow().AddDays(1), hannah, default)));
            var last = await here.AMessageAsync(network, "Thanks", "urn:lee");
            Taken(await here.HandleAsync(handle => handle.ResolveAsync(last.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
            var claimed = await here.AMessageAsync(network, "Hello?", "urn:ann");
            Taken(await here.HandleAsync(handle => handle.ClaimAsync(claimed.ConversationId, hannah, default)));
            var carol = await here.WhoAsync("Carol");
            Taken(await here.HandleAsync(handle => handle.KeepAsync(message.ConversationId, RegulatoryClock.ComplaintAcknowledged, bea, default)));
            Taken(await here.HandleAsync(handle => handle.DenyAsync(message.ConversationId, RegulatoryClock.ComplaintSummary, "They sold us the meter.", carol, default)));
            await here.UseTheLibraryAsync(claimed);
            await here.ALiveRuleAsync(InboxRules.Questions with { Then = InboxRules.Questions.Then with { To = hannah.Id } }, account.SiteId);
            Assert.Single((await here.AMessageAsync(network, "Where are you?", "urn:rule")).Rules);
        }

        /// <summary>A text that was returned, signed with a reason, used once and withdrawn.</summary>
        private async Task UseTheLibraryAsync(Message message)
        {
            var (ada, daniel, bea) = (await here.WhoAsync("Ada"), await here.WhoAsync("Daniel"), await here.WhoAsync("Bea"));
            var (reply, digest) = await here.AWaitingReplyAsync(by: ada);
            Taken(await here.KeepRepliesAsync(keep => keep.ReturnAsync(reply, 1, "Say when you close.", daniel, default)));
            Taken(await here.KeepRepliesAsync(keep => keep.SendAsync(reply, 1, ada, default)));
            Taken(await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, Role.Brand, "As we say it.", bea, default)));
            Taken(await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, null, null, daniel, default)));
            Assert.Null(Taken(await here.AnswerAsync(message, reply, await here.WhoAsync("Hannah"))).Ordinary);
            await here.DeliverAsync();
            Taken(await here.KeepRepliesAsync(keep => keep.WithdrawAsync(reply, daniel, default)));
        }

        public Task<Decision<WrittenReply>> ReplyAsync(Message message, string text, Actor by, bool another = false, Guid? draft = null) =>
            here.UseAsync<ReplyToMessage, Decision<WrittenReply>>(reply => reply.RunAsync(message.ConversationId, new ReplyForm(draft ?? Guid.CreateVersion7(), message.Id, text, another), by, default));
    }
}
