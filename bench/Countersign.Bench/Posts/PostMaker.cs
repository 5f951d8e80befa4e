namespace Countersign.Bench.Posts;

/// <summary>
/// Makes posts as firms and their readers write them: mostly one to three sentences, some long, with names, numbers, links, tags, emoji,
/// curly quotes and misspellings; one in twenty says something that a rule is about.
/// </summary>
internal sealed class PostMaker(int seed)
{
    private static readonly string[] Openings =
    [
        "Good morning from {place}!", "We're hiring in {place}.", "Thanks to everyone who came along on {day}.", "New on the blog:", "Big news today:", "Don't miss out!", "@{handle}",
        "So proud of the {thing} team.", "Sorry to hear that, {name}.", "Reminder:", "Can't believe it's {day} already", "Has anyone else noticed", "Just tried the new {thing} and", "RT @{handle}:",
        "Q: why is the {thing} so {mood}?", "It’s that time of year again", "Happy birthday {name}!", "ok but", "Honestly", "Not sure about this one.",
    ];

    private static readonly string[] Middles =
    [
        "our {thing} is {mood} and the {thing} opens at {hour}.", "the {thing} in {place} closes for {number} days while the {thing} is repaired,", "you can now {verb} your {thing} in the app.",
        "{name} from {place} will {verb} the {thing} on {day}.", "it took {number} people and {number} {thing}s to get here.", "I {verb} it every {day} with {name} and it is always {mood}",
        "we would love to hear how you {verb} your {thing}", "they said the {thing} would be {mood}, but it was only {mood}.", "we have {number} places left, from £{number} a head,",
        "{number}% of you told us that the {thing} matters most;", "read how {name} {verb}ed a {thing} without {thing}s", "my {thing} still hasn't arrived and it was meant to be here by {day} :(",
        "the {thing} was “{mood}”, as {name} put it,", "this is what {mood} looks like", "all {thing}s are {mood} until you {verb} one", "lets {verb} the {thing} before {hour} pls",
    ];

    private static readonly string[] Closings =
    [
        "Come and say hello.", "More on our site.", "See you there! {emoji}", "https://www.{handle}.example/news/{number}", "#{tag} #{tag}", "{emoji}{emoji}", "What do you think?", "lol", "Thank you for your patience.",
        "Details: {handle}.co.uk/{tag}", "#{tag}", "Book by {day}.", "DM for more {emoji}", "", "", "",
    ];

    /// <summary>Sentences that some rule of the packs is about.</summary>
    private static readonly string[] Telling =
    [
        "Guaranteed returns of {number}% a year in our income fund!", "{name} at Brocklow is a liar and a thief.", "Our flights are now 100% carbon neutral.", "You useless idiot, read the terms.",
        "Call {name} at home on 07700 900{number}.", "This bloody {thing} again", "Pay with card 4242 4242 4242 4242.", "Best broadband in the UK, half price today only!", "I just want to end it all", "Absolute b*llocks, {name}.",
    ];

    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["place"] = ["Leeds", "Hull", "York", "Cardiff", "Bristol", "Whitby", "Glasgow", "Derby", "Kent", "the old mill", "Marlbeck", "Quillmere"],
        ["day"] = ["Monday", "Tuesday", "Wednesday", "Friday", "Saturday", "tomorrow", "next week", "the 28th", "4 March"],
        ["name"] = ["Priya", "Geoff", "Niamh", "Dana Orrell", "Tariq", "Mrs Hollins", "Jane", "Mo", "Aoife", "Graham"],
        ["handle"] = ["wendlebyhomes", "tarnwell", "user", "marlbeck_fc", "northsidebakery", "thegreenvan"],
        ["thing"] = ["library", "kettle", "order", "van", "invoice", "garden", "coffee machine", "payslip", "parcel", "window", "match", "choir", "bakery", "phone", "battery", "bus", "report", "bike", "cake", "survey", "router", "timetable", "notebook", "shower"],
        ["mood"] = ["brilliant", "slow", "lovely", "ready", "late", "gone", "busy", "quiet", "excited", "broken", "tiny", "green", "cold", "perfect", "weird", "sooo good", "better"],
        ["verb"] = ["move", "paint", "open", "print", "check", "plant", "watch", "test", "follow", "share", "export", "sort", "mend", "cook", "carry"],
        ["emoji"] = ["🎓", "☕", "🚲", "😂", "❤️", "👏🏽", "🌱", "🎉", "😭", "🔥"],
        ["tag"] = ["Leeds", "MondayMotivation", "smallbusiness", "NowPlaying", "throwback", "coffee", "WorldBookDay", "onthisday"],
        ["number"] = ["2", "3", "12", "20", "48", "100", "340", "7.5", "1,200", "2026"],
        ["hour"] = ["9am", "noon", "10.30", "18:00", "half past six", "two"],
    };

    private readonly Random random = new(seed);

    public string[] Make(int count) => [.. Enumerable.Range(0, count).Select(_ => Post())];

    private string Post()
    {
        // Seven in a hundred are long.
        var sentences = random.Next(100) < 7 ? random.Next(6, 20) : random.Next(1, 4);
        var parts = new List<string> { Filled(Openings) };
        for (var at = 0; at < sentences; at++)
            parts.Add(Filled(Middles));
        if (random.Next(20) == 0)
            parts.Insert(random.Next(parts.Count), Filled(Telling));
        parts.Add(Filled(Closings));
        return string.Join(' ', parts).Trim();
    }

    private string Filled(string[] patterns)
    {
        var made = new System.Text.StringBuilder();
        var pattern = patterns[random.Next(patterns.Length)];
        for (var at = 0; at < pattern.Length;)
        {
            if (pattern[at] != '{')
            {
                made.Append(pattern[at++]);
                continue;
            }

            var end = pattern.IndexOf('}', at);
            var words = Words[pattern[(at + 1)..end]];
            made.Append(words[random.Next(words.Length)]);
            at = end + 1;
        }

        return made.ToString();
    }
}
