using Countersign.Tests.Architecture.Samples.Second;

namespace Countersign.Tests.Architecture.Samples.First;

/// <summary>Breaks the module map inside an async lambda, where only a reader of method bodies sees it.</summary>
internal static class NamesWhatIsBelow
{
    public static Func<Task<object>> Later => async () =>
    {
        await Task.Yield();
        return new StandsBelow();
    };
}
