using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Countersign.Checks;

/// <summary>The run from first line to last: what is needed, house rules, format, build, tests, closing line.</summary>
public static class CheckRun
{
    private const int Interrupted = 130;

    /// <returns>The exit code: 0 only when nothing failed.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (Wishes.From(arguments, Environment.GetEnvironmentVariable) is not { } wishes)
        {
            await Console.Error.WriteLineAsync(Wishes.Usage);
            return 2;
        }

        using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var clock = Stopwatch.StartNew();
        var root = FindRoot();
        var projects = TestProject.All(root).Where(project => wishes.WantsProject(project.Name)).ToList();
        if (projects.Count == 0 && !wishes.Wants("house") && !wishes.Wants("format") && !wishes.Wants("build"))
        {
            await Console.Error.WriteLineAsync($"No step and no test project is called {wishes.Only}.\n{Wishes.Usage}");
            return 2;
        }

        if (projects.Count > 0)
        {
            await Needs.MeetAsync(root, wishes);
        }

        var sections = new List<Section>();
        if (wishes.Wants("house"))
        {
            Add(await HouseRules.CheckAsync(root));
        }

        if (wishes.Wants("format"))
        {
            Add(await Compiler.FormatAsync(root));
        }

        if (wishes.Wants("build") || projects.Count > 0)
        {
            await BuildAndTestAsync();
        }

        Report.Print(sections, clock.Elapsed);
        return Report.Total(sections, Verdict.Failed) == 0 ? 0 : 1;

        async Task BuildAndTestAsync()
        {
            // One project that was asked for by name is built alone.
            var build = await Compiler.BuildAsync(root, wishes.Only is not null && projects is [var one] ? one.File : null);
            Add(build);
            if (build.Count(Verdict.Failed) > 0)
            {
                return;
            }

            var pure = projects.Where(project => !project.RunsAlone).ToList();
            var found = new List<Section>();
            await Parallel.ForEachAsync(pure, async (project, _) =>
            {
                var section = await project.RunAsync(wishes);
                lock (found)
                {
                    found.Add(section);
                    Report.Step(section);
                }
            });
            sections.AddRange(found.OrderBy(section => section.Name, StringComparer.Ordinal));
            foreach (var project in projects.Where(project => project.RunsAlone))
            {
                Add(await project.RunAsync(wishes));
            }
        }

        void Add(Section section)
        {
            sections.Add(section);
            Report.Step(section);
        }

        static void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            Child.EndAll();
            Console.WriteLine("Interrupted: everything this run started has been ended.");
            Environment.Exit(Interrupted);
        }
    }

    private static string FindRoot()
    {
        // The SDK tells a program that has no project file where its source lies.
        var from = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Environment.CurrentDirectory;
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Countersign.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Countersign.slnx above {from}.");
    }
}
