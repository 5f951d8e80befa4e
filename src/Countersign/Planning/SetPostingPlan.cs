using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Planning;

/// <summary>The head of communications says how often and when an account speaks.</summary>
public sealed class SetPostingPlan(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<PlanSet>> RunAsync(Guid account, PlanTerms terms, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == account && row.State != AccountState.Disconnected, cancellationToken) is not { } known)
            return new Refusal("no-account", "That account is not here.");
        var standing = await db.PostingPlans.FindAsync([account], cancellationToken);
        var plan = standing ?? new PostingPlan { AccountId = account };
        return await db.CommitAsync(
            plan.Set(terms, known.Ref, by, clock.GetUtcNow()),
            set =>
            {
                if (standing is null)
                    db.PostingPlans.Add(plan);
                plan.Apply(set);
            },
            cancellationToken);
    }
}
