using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.People;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>Rules of the demo organisation's inbox: one that is live, and one that nobody has tried.</summary>
public sealed class DemoRules(CountersignDb db, KeepRules keep)
{
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var callum = await db.People.Where(person => person.Name == "Callum Reid").Select(person => new Actor(person.Id, person.Name, person.Grants)).SingleAsync(cancellationToken);
        var replies = await db.ReplyTemplateVersions.AsNoTracking().ToListAsync(cancellationToken);
        var questions = await WriteAsync(new RuleContent("Questions: the manuals are ready", RuleWhen.Anything with { Labels = ["question"] }, RuleThen.Nothing with { Priority = Priority.P3, Reply = replies.Find(reply => reply.Content.Name == "Where the manuals are")?.TemplateId }), callum, cancellationToken);
        DemoOrganisation.Require(await keep.TryAsync(questions, callum, cancellationToken));
        DemoOrganisation.Require(await keep.PutLiveAsync(questions, 1, callum, cancellationToken));
        await WriteAsync(new RuleContent("Gas meters out of hours", RuleWhen.Anything with { Hours = RuleHours.OutOfOffice, Words = ["gas", "leak*"] }, RuleThen.Nothing with { Labels = ["complaint"], Priority = Priority.P1, Tell = [callum.Id] }), callum, cancellationToken);
    }

    private async Task<Guid> WriteAsync(RuleContent content, Actor by, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        DemoOrganisation.Require(await keep.ComposeAsync(id, null, content, 0, by, cancellationToken));
        return id;
    }
}
