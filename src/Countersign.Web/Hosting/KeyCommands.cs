using System.CommandLine;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;

namespace Countersign.Web.Hosting;

/// <summary>`countersign keys …` and `countersign recover`: for whoever runs the machine.</summary>
public static class KeyCommands
{
    public static Command Keys(Option<DirectoryInfo> data, Option<string?> database)
    {
        var keys = new Command("keys", "The keys that sign the audit trail and encrypt what is sealed.");
        Add("rotate", "Begin a new signing key. The old one vouches for it in the log and signs beside it until it is retired.", async services =>
            Say(await services.GetRequiredService<RotateKey>().RunAsync(Actor.Automation, default), rotated => $"New checkpoints are signed by both keys. Tell your examiners and witnesses the new one: {rotated.To}"));
        Add("retire", "End the overlap: the newest key signs alone.", async services =>
            Say(await services.GetRequiredService<RotateKey>().RetireAsync(Actor.Automation, default), retired => $"Only this key signs now: {retired.Stays}"));
        Add("turn-content", "Begin a new key for what is sealed, and bring everything under it.", async services =>
            Say(await services.GetRequiredService<TurnContentKey>().RunAsync(Actor.Automation, default), turned => $"Everything that is sealed lies under key {turned.Number}."));

        var key = new Argument<string>("KEY") { Description = "The verifier key that somebody else may have." };
        var compromised = new Command("compromised", "Record that somebody else may have a signing key.") { key };
        compromised.SetAction((parsed, _) => InstallationCommand.RunAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(database), async services =>
            Say(await services.GetRequiredService<RotateKey>().CompromiseAsync(parsed.GetValue(key)!, Actor.Automation, default), said => $"Recorded at {said.Size:N0} signed entries. Rotate and retire the key now; only checkpoints kept elsewhere vouch for what it signed.")));
        keys.Add(compromised);
        return keys;

        void Add(string name, string description, Func<IServiceProvider, Task<int>> work)
        {
            var command = new Command(name, description);
            command.SetAction((parsed, _) => InstallationCommand.RunAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(database), work));
            keys.Add(command);
        }
    }

    /// <summary>Two people, each with their own password, typed one after the other and read from the standard input.</summary>
    public static Command Recover(Option<DirectoryInfo> data, Option<string?> database)
    {
        var first = new Option<string>("--first") { Description = "Work email of one person who vouches for it.", Required = true };
        var second = new Option<string>("--second") { Description = "Work email of the other.", Required = true };
        var recover = new Command("recover", "Declare, as two people, that an older backup had to be put in place, or that the guard of the log is lost: a new epoch of the log begins. Stop the program first.") { first, second };
        recover.SetAction(async (parsed, stop) =>
        {
            using var folder = DataFolder.Open(parsed.GetValue(data)!.FullName, alone: parsed.GetValue(database) is null);
            if (folder.Refusal is { } refusal)
            {
                await Console.Error.WriteLineAsync(refusal);
                return 1;
            }

            var (one, other) = (await AskAsync(parsed.GetValue(first)!), await AskAsync(parsed.GetValue(second)!));
            return await InstallationCommand.RunAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(database), async services =>
            {
                if (await services.GetRequiredService<TellNodes>().CountAsync(stop) is > 0 and var nodes)
                {
                    await Console.Error.WriteLineAsync($"The database is served by {nodes:N0} running Countersign. Stop every node first: they would go on under the old name.");
                    return 1;
                }

                return Say(await services.GetRequiredService<RecoverLog>().RunAsync(one, other, stop), recovered => $"{WhatIsLost(recovered)}, and the log says so. It goes on as {recovered.Epoch}; its new key is {recovered.To}. Start the program again.");
            });
        });
        return recover;
    }

    private static string WhatIsLost(LogRecovered recovered) => recovered switch
    {
        { GuardLost: true } => "The guard is lost, so how many signed entries are is not known",
        { Lost: > 0 } => $"{recovered.Lost:N0} signed entries are lost",
        _ => "The entries here are not those that were signed",
    };

    private static async Task<Voucher> AskAsync(string email)
    {
        await Console.Error.WriteAsync($"Password of {email}: ");
        if (Console.IsInputRedirected)
            return new Voucher(email, await Console.In.ReadLineAsync() ?? "");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
        {
            if (pressed.Key == ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(pressed.KeyChar))
                typed.Append(pressed.KeyChar);
        }

        await Console.Error.WriteLineAsync();
        return new Voucher(email, typed.ToString());
    }

    private static int Say<T>(Decision<T> decision, Func<T, string> done)
        where T : class
    {
        if (decision.IsTaken)
            Console.WriteLine(done(decision.Taken));
        else
            Console.Error.WriteLine(decision.Refusal.Sentence);
        return decision.IsTaken ? 0 : 1;
    }
}
