using Countersign.Bench;

var measures = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["delivery"] = Delivery.Run,
    ["evasion"] = Evasion.Run,
    ["heads"] = Heads.Run,
    ["inbox"] = Inbox.Run,
    ["ledger"] = Ledger.Run,
    ["screening"] = ScreeningSpeed.Run,
};
if (args is [var name, .. var rest] && measures.TryGetValue(name, out var measure))
    return measure(rest);

Console.Error.WriteLine($"Say what to measure: {string.Join(", ", measures.Keys.Order(StringComparer.Ordinal))}.");
return 1;
