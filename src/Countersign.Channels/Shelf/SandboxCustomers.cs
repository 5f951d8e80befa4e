namespace Countersign.Channels.Shelf;

/// <param name="After">How long after the beginning the network shows it; negative for what waits there already.</param>
/// <param name="Key">Of the message: a second line of the same key is an edit, or its removal.</param>
internal sealed record SandboxLine(TimeSpan After, InboxKind Kind, string Key, SandboxPerson Author, string Text)
{
    /// <summary>When the message itself was written: an edit has a time of its own, the message keeps its first.</summary>
    public TimeSpan Written { get; init; } = After;

    public string? Answers { get; init; }

    public int Edition { get; init; } = 1;

    public InboxState State { get; init; }

    public string Language { get; init; } = "en-GB";
}

internal sealed record SandboxPerson(string Handle, string Name);

/// <summary>
/// The customers who write to every sandbox account: one thread of each sort that an inbox has to tell apart. The people, their firms and their words are
/// invented; telephone numbers are of the range that Ofcom keeps for drama, the insurance number of a prefix that is never given out.
/// </summary>
internal static class SandboxCustomers
{
    private static readonly SandboxPerson ines = new("ines.valderrey", "Inés Valderrey");
    private static readonly SandboxPerson gregor = new("gregor-mckay-plant", "Gregor McKay");
    private static readonly SandboxPerson wilma = new("wilma.odowd", "Wilma O’Dowd");
    private static readonly SandboxPerson tamsin = new("tamsin-at-the-courier", "Tamsin Birkett, Dunmarrow Courier");
    private static readonly SandboxPerson hargreave = new("hargreave-pumps", "Hargreave Pumps Ltd");
    private static readonly SandboxPerson neil = new("neil.sands.calders", "Neil Sands");
    private static readonly SandboxPerson valve = new("valve_basher_77", "valve basher");
    private static readonly SandboxPerson profit = new("meter-profit-now", "METER PROFIT ⚡ NOW");
    private static readonly SandboxPerson joyce = new("joyce.abernethy", "Joyce Abernethy");
    private static readonly SandboxPerson ruedi = new("ruedi-kappeler", "Ruedi Kappeler");
    private static readonly SandboxPerson shona = new("shona.at.quarry4", "Shona Petrie");
    private static readonly SandboxPerson class9 = new("stbrides-science", "St Bride’s science club");

    public static IReadOnlyList<SandboxLine> Lines { get; } =
    [
        .. new[]
        {
            // A question, asked again with what was missing.
            Line(-52, InboxKind.Mention, "question", ines, "Does the Merlin F2 read in cubic metres per hour as well as litres per second? Our new client's data sheet only has m³/h and I would like to order on Thursday."),
            Line(4, InboxKind.Mention, "question-more", ines, "Sorry, to add: firmware 4.2, bought this spring, eleven of them.") with { Answers = "question" },

            // A complaint by what it says; the word itself is nowhere.
            Line(-47, InboxKind.Mention, "let-down", gregor, "Third week without our two Kestrels. They went to you for a two-day calibration. I have paid £640 to hire replacements, been promised a call four times, and nobody has rung."),
            Line(9, InboxKind.Mention, "let-down-again", gregor, "Still nothing. I would like the hire money back, and somebody to tell me what went wrong.") with { Answers = "let-down" },

            Line(-41, InboxKind.Direct, "vulnerable", wilma, "My husband always saw to the gas alarm at the boatyard. He died in September and I have had four letters about the service contract. I can't seem to take them in, I am not sleeping, and I am frightened of doing the wrong thing. Could somebody explain it to me slowly?"),
            Line(-36, InboxKind.Direct, "press", tamsin, "I'm writing about the evacuation at the Dunmarrow works on Friday. Two people there say that a Kestrel 3 did not sound. Do you accept that, and how many are in use in the county? I go to print at four."),
            Line(-31, InboxKind.Direct, "legal", hargreave, "Your post of last week says that our pumps \"fail in the cold\". That is false and has cost us an order. Take it down and publish a correction within 48 hours, or our solicitors will issue proceedings for libel without further notice."),
            Line(-27, InboxKind.Direct, "data", neil, "Here is everything for the refund: Neil Sands, born 4 March 1971, National Insurance QQ 12 34 56 C, mobile 07700 900461, 12 Quay Lane. Let me know if you need a photo of my driving licence too."),
            Line(6, InboxKind.Direct, "data-worry", neil, "Hang on. I can see my colleague's certificate and home address in my account on your site, not mine. Is that meant to be there?") with { Answers = "data" },

            Line(-22, InboxKind.Mention, "abuse", valve, "You lying, useless shower. Whoever runs this account is thick as mud and I hope your whole works burns to the ground."),
            Line(-18, InboxKind.Mention, "spam", profit, "🔥🔥 Engineers are earning £4,000 a week from home with ONE trick!! First 50 only, write to me for the link → meter-profit.example 🔥🔥"),
            Line(-13, InboxKind.Mention, "praise", joyce, "Your young woman Skye stayed an hour past closing to get our meter certified before the tanker came. Please tell her manager. That is how it should be done."),
            Line(-8, InboxKind.Mention, "german", ruedi, "Guten Tag, liefern Sie den Merlin F2 auch in die Schweiz, und wie lange dauert es bei vierzig Stück? Die Anfrage eilt nicht.") with { Language = "de" },
            Line(-3, InboxKind.Mention, "safety", shona, "Our Kestrel showed zero while the fixed alarm was going off. We got everyone out of the pit. Nobody hurt, but this could have gone very differently. Serial ends 2290."),

            // Below a post of the account: one that is edited and one that its writer takes back.
            Line(0, InboxKind.Reply, "under-post-praise", class9, "We followed this with our year nines. Could four of them come and see it being done?"),
            Line(2, InboxKind.Reply, "under-post-question", ines, "Is the full report behind this somewhere one can read it?"),
            Line(5, InboxKind.Reply, "under-post-angry", gregor, "Funny how there's time for this and none to ring a customer."),
            Line(11, InboxKind.Reply, "under-post-question", ines, "Is the full report behind this somewhere one can read it? Page 3 would do.") with { Written = Minutes(2), Edition = 2 },
            Line(16, InboxKind.Reply, "under-post-angry", gregor, "") with { Written = Minutes(5), Edition = 2, State = InboxState.Removed },
            Line(3, InboxKind.Quote, "quoted", valve, "Lovely words. Ask them how many of these came back last winter."),
            Line(25, InboxKind.Quote, "quoted-kindly", joyce, "They do what they say here. Worth a read if you buy meters."),
        }.OrderBy(line => line.After),
    ];

    private static SandboxLine Line(int minutes, InboxKind kind, string key, SandboxPerson author, string text) => new(Minutes(minutes), kind, key, author, text);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
