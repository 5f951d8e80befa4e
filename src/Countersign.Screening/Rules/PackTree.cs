namespace Countersign.Screening.Rules;

/// <summary>What a pack file holds, with the line at which each part begins.</summary>
internal abstract record PackTree(int Line);

internal sealed record PackScalar(int Line, string Text) : PackTree(Line);

internal sealed record PackList(int Line, IReadOnlyList<PackTree> Items) : PackTree(Line);

internal sealed record PackMap(int Line, IReadOnlyList<(PackTree Key, PackTree Value)> Entries) : PackTree(Line);
