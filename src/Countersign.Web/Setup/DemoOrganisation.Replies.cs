using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Countersign.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>Replies of the demo organisation: two in use, one of them not for long, and one that waits for signatures.</summary>
public sealed class DemoReplies(CountersignDb db, KeepReplies keep, ReplyLibrary library)
{
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var today = await library.TodayAsync(cancellationToken);
        var sheffield = await db.Sites.Where(site => site.Name == "Sheffield").Select(site => site.Id).SingleAsync(cancellationToken);
        ReplyContent Reply(string name, string text, string label, int days, params ReplyVariable[] variables) =>
            new(name, text, variables, "en-GB", [label], [sheffield], [], today.AddDays(days).ToString("yyyy-MM-dd", English.Culture));
        var name = new ReplyVariable("name", VariableKind.Words, 40, [], "Ms Kim");
        var manuals = new ReplyVariable("link", VariableKind.Link, 120, ["docs.northgate.example"], "https://docs.northgate.example/merlin-f2");
        await WriteAsync(Reply("Where the manuals are", "Hello {name}, manuals and data sheets of all our instruments are at {link}", "question", 150, name, manuals), isSigned: true, cancellationToken);
        await WriteAsync(Reply("Thanks for kind words", "Thank you, {name}. We have read it out in the yard.", "praise", 19, name), isSigned: true, cancellationToken);
        await WriteAsync(Reply("How to reach the service desk", "Hello {name}, the service desk in Sheffield takes calls on weekdays from eight to six.", "question", 300, name), isSigned: false, cancellationToken);
    }

    private async Task WriteAsync(ReplyContent content, bool isSigned, CancellationToken cancellationToken)
    {
        var (callum, id) = (await WhoAsync("Callum Reid", cancellationToken), Guid.CreateVersion7());
        DemoOrganisation.Require(await keep.ComposeAsync(id, content, 0, callum, cancellationToken));
        DemoOrganisation.Require(await keep.SendAsync(id, 1, callum, cancellationToken));
        if (!isSigned)
            return;
        var digest = await db.ReplyTemplateVersions.AsNoTracking().Where(version => version.TemplateId == id).Select(version => version.Digest!).SingleAsync(cancellationToken);
        foreach (var (who, role) in ((string, Role)[])[("Fiona Drummond", Role.Brand), ("Sadia Rahman", Role.Compliance)])
            DemoOrganisation.Require(await keep.ApproveAsync(id, 1, digest, role, null, await WhoAsync(who, cancellationToken), cancellationToken));
    }

    private async Task<Actor> WhoAsync(string name, CancellationToken cancellationToken) =>
        await db.People.Where(person => person.Name == name).Select(person => new Actor(person.Id, person.Name, person.Grants)).SingleAsync(cancellationToken);
}
