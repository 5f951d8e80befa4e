using Countersign.Decisions;

namespace Countersign.Publishing;

/// <summary>Whether there are enough different people to sign.</summary>
public static class Signing
{
    /// <summary>Gives every signature asked for a person of its own, as far as that goes (augmenting paths in a bipartite graph).</summary>
    /// <returns>The roles left without one; empty when everything asked for can be signed.</returns>
    public static IReadOnlyList<Role> Unfillable(IReadOnlyList<Requirement> asked, IReadOnlyCollection<AccountRef> accounts, IReadOnlyList<Actor> people)
    {
        var lines = asked.SelectMany(need => Enumerable.Repeat(need.Role, need.Count)).ToList();
        var signs = new Dictionary<Guid, int>();
        var left = new List<Role>();
        for (var line = 0; line < lines.Count; line++)
        {
            if (!TryFill(line, []))
                left.Add(lines[line]);
        }

        return [.. left.Distinct()];

        bool TryFill(int line, HashSet<Guid> asking)
        {
            foreach (var person in people.Where(person => person.HoldsForAll(lines[line], accounts) && asking.Add(person.Id)))
            {
                if (signs.TryGetValue(person.Id, out var other) && !TryFill(other, asking))
                    continue;
                signs[person.Id] = line;
                return true;
            }

            return false;
        }
    }
}
