namespace Countersign.Web.Shared.Controls;

/// <summary>One entry of a list: what is sent, and what is read.</summary>
public sealed record Option(string Value, string Text);

/// <summary>One card of a choice.</summary>
public sealed record Choice(string Value, string Title, string? Note = null, string? Icon = null);

/// <summary>An account that somebody may, or may not, post to.</summary>
/// <param name="Network">bluesky, newsroom, sandbox, …</param>
/// <param name="ClosedBecause">Why this person cannot pick it, or null.</param>
public sealed record AccountChoice(string Id, string Network, string Name, bool Chosen = false, string? ClosedBecause = null);

/// <summary>One place in a row of links: a tab of a page, a view of a list, a filter.</summary>
public sealed record Place(string Key, string Text, string Href, int? Count = null);

/// <summary>One tab and, by its key, the id of its panel.</summary>
/// <param name="Seen">Whether this person has opened it, where that is kept; null where it is not.</param>
public sealed record TabItem(string Key, string Text, string? Network = null, bool? Seen = null);
