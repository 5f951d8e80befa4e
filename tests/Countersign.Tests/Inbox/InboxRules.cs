using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>What people do with rules of the inbox, each step as one request.</summary>
internal static class InboxRules
{
    public static readonly RuleContent Questions = new("Questions first", RuleWhen.Anything with { Labels = ["question"] }, RuleThen.Nothing with { Priority = Priority.P1, Labels = ["press-enquiry"] });

    extension(AnInstallation here)
    {
        public Task<T> KeepRulesAsync<T>(Func<KeepRules, Task<T>> keep) => here.UseAsync<KeepRules, T>(keep);

        public async Task<Guid> ADraftRuleAsync(RuleContent content, Guid? site = null)
        {
            var (id, carol) = (Guid.CreateVersion7(), await here.WhoAsync("Carol"));
            Taken(await here.KeepRulesAsync(keep => keep.ComposeAsync(id, site, content, 0, carol, default)));
            return id;
        }

        /// <summary>Written, tried and live.</summary>
        public async Task<Guid> ALiveRuleAsync(RuleContent content, Guid? site = null)
        {
            var id = await here.ADraftRuleAsync(content, site);
            await here.PutLiveAsync(id, 1);
            return id;
        }

        public async Task PutLiveAsync(Guid id, int version)
        {
            var carol = await here.WhoAsync("Carol");
            Taken(await here.KeepRulesAsync(keep => keep.TryAsync(id, carol, default)));
            Taken(await here.KeepRulesAsync(keep => keep.PutLiveAsync(id, version, carol, default)));
        }
    }
}
