using System.CommandLine;
using System.CommandLine.Parsing;

namespace Countersign.Web.Hosting;

/// <summary>The command line. Without a command it serves.</summary>
public static class Commands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder for the database and keys.", DefaultValueFactory = _ => new DirectoryInfo("data"), Recursive = true };
        var database = new Option<string?>("--database") { Description = "A PostgreSQL connection string (\"Host=…\"). Without it: SQLite in the data folder.", Recursive = true };
        var urls = new Option<Uri>("--urls") { Description = "Address to listen on.", DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"), CustomParser = Address };
        var address = new Option<Uri?>("--public-address") { Description = "Where people reach it, if that is another address than it listens on.", CustomParser = Address };

        var root = new RootCommand("Countersign: speak and listen on social media under control.") { data, database, urls, address };
        root.SetAction((parsed, stop) => Server.RunAsync(
            new ServerOptions(parsed.GetValue(data)!.FullName, parsed.GetValue(database), parsed.GetValue(urls)!, parsed.GetValue(address)), stop));

        var output = new Option<DirectoryInfo>("--output") { Description = "Empty folder to write to.", Required = true };
        var query = new Option<string?>("--query") { Description = "What is asked for, as in the address of the audit page after the question mark: \"from=2026-11-01&act=draft.\". Without it: everything." };
        var withhold = new Option<FileInfo?>("--withhold") { Description = "A file with a line \"commitment,reason\" for each piece of content that is not to be shown." };
        var noWords = new Option<bool>("--no-words") { Description = "Leave out names, words and pictures." };
        var export = new Command("export", "Write evidence as a folder that opens and verifies without this program.") { output, query, withhold, noWords };
        export.SetAction((parsed, stop) => ExportCommand.RunAsync(
            parsed.GetValue(data)!.FullName, parsed.GetValue(database), parsed.GetValue(output)!, parsed.GetValue(query), parsed.GetValue(withhold), !parsed.GetValue(noWords), stop));
        root.Add(export);

        var posts = new Option<FileInfo>("--input") { Description = "Posts and messages, one JSON object a line.", Required = true };
        var findings = new Option<FileInfo>("--output") { Description = "File to write to, one JSON object a line.", Required = true };
        var profile = new Option<string?>("--profile") { Description = "The kind of firm, such as fca-investments. Without it all packs are on." };
        var screen = new Command("screen", "Screen posts and messages from a file against the policy packs.") { posts, findings, profile };
        screen.SetAction((parsed, stop) => ScreenCommand.RunAsync(parsed.GetValue(posts)!, parsed.GetValue(findings)!, parsed.GetValue(profile), TimeProvider.System, Console.Error, stop));
        root.Add(screen);

        var state = new Option<bool>("--state") { Description = "Also compare every governed row, and everything sealed, with what the log last said of it." };
        var verify = new Command("verify", "Check the audit trail as it lies in the database.") { state };
        verify.SetAction((parsed, stop) => VerifyCommand.RunAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(database), parsed.GetValue(state), stop));
        root.Add(verify);

        root.Add(KeyCommands.Keys(data, database));
        root.Add(KeyCommands.Recover(data, database));

        return await root.Parse(args).InvokeAsync();
    }

    private static Uri? Address(ArgumentResult given)
    {
        var text = given.Tokens is [var only] ? only.Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
            return address;
        given.AddError($"\"{text}\" is not an address such as http://127.0.0.1:5080.");
        return null;
    }
}
