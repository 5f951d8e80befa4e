using System.Text.Json.Nodes;

namespace Countersign.Decisions;

/// <summary>A row whose every change must stand in the ledger.</summary>
public interface IGoverned
{
    /// <summary>Kind and id, as entries name it: "draft/0192…".</summary>
    string Object { get; }

    /// <summary>Counts commits to this row; two people who change it at once: the second is refused.</summary>
    int Revision { get; set; }

    /// <summary>The row as entries show it. Personal content (names, words, reasons) only as its commitment. Strings, whole numbers, booleans, null, arrays and objects of these.</summary>
    JsonObject State();

    /// <summary>Properties that are no acts of anybody (last seen, health) and may be kept without an entry. None of them may show in <see cref="State"/>.</summary>
    IReadOnlyCollection<string> Unrecorded => [];
}
