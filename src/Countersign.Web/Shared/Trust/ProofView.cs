namespace Countersign.Web.Shared.Trust;

/// <summary>How one entry leads to the root that was signed.</summary>
/// <param name="Entry">The entry's number, from 0.</param>
/// <param name="Leaf">Its hash, lower-case hex.</param>
/// <param name="Steps">From the leaf up: the hash it is joined with, and what that makes.</param>
/// <param name="Root">The hash in the signed checkpoint.</param>
public sealed record ProofView(long Entry, string Leaf, IReadOnlyList<ProofStep> Steps, string Root, long CheckpointSize);

/// <param name="Left">The sibling stands to the left.</param>
/// <param name="Sum">The hash of the two together.</param>
public sealed record ProofStep(string Sibling, bool Left, string Sum);
