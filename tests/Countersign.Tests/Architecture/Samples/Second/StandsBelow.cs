namespace Countersign.Tests.Architecture.Samples.Second;

/// <summary>May be named by Second alone.</summary>
internal sealed class StandsBelow;
