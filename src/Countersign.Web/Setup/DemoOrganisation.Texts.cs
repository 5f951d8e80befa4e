namespace Countersign.Web.Setup;

/// <summary>The words of the demo posts. Everybody and everything in them is invented.</summary>
internal static class DemoTexts
{
    public const string ApprenticesDayFour = """
        Apprentice week, day 4

        Four apprentices, four benches, one question: what did you get wrong this week, and what did it teach you?
        """;

    public const string ApprenticesDayFive = """
        Apprentice week, day 5

        The last bench of the week is the one where you sign your own name.
        """;

    public const string Laboratory = """
        The Livingston flow laboratory opens its doors to schools

        From January, two classes a month can follow one meter from the first weld to the last seal. Teachers write to the front desk.
        """;

    public const string Skye = """
        Meet Skye, calibration apprentice

        Skye has been with us for 14 months and has calibrated 212 meters under supervision. On Friday she signs her first certificate alone.
        """;

    public const string OpenEvening = """
        Livingston open evening

        Come and see how a flow meter is made. Wednesday, 18:00 to 20:00, at the Livingston works. Tea, short tours, and the calibration bench running.
        """;

    public const string KestrelFirst = """
        Kestrel 3: test results at −20 °C

        Brocklow detectors are dangerous in the cold and can’t be trusted. Ours start.
        """;

    public const string Kestrel = """
        Kestrel 3: test results at −20 °C

        49 of 50 cold starts passed in the Marlbeck laboratory. The Brocklow detector beside it won’t survive a night like that: it started 31 times in 50. The full table is in the report.
        """;

    public const string TestHouse = """
        Why did Brocklow change its test house?

        Makes you wonder what Brocklow is hiding in those certificates. Ours are on our site, every page of them.
        """;

    public const string Rumour = """
        About a rumour that is going round

        Reports that Brocklow is going bust are untrue. We share a test bench with them every Tuesday, and will next Tuesday.
        """;

    public const string Drift = """
        Flow school: three ways to spot drift

        A flow meter rarely fails in a day. It drifts. Part one is about the zero, part two about the seal, part three about the person who signs the sheet.
        """;

    public const string SpeakUp = """
        Speak-up week: how to report a concern

        Anybody who works here, or with us, can report a concern in confidence. You do not need proof. You need to have seen something that worried you.
        """;

    public const string Heaters = """
        Harcastle heaters catch fire, ours do not

        Cold shed, hot argument: six site heaters beside our gas detectors, one long night in Livingston.
        """;

    public const string HalfPrice = """
        Kestrel 3, and what else you could buy

        Our Kestrel 3 is half the price of the Brocklow G40, and it weighs less.
        """;

    public const string Lease = """
        Asset finance: winter lease offer

        Hire a Kestrel 3 from £38 a month plus VAT over 36 months. Business customers only. A worked example and the full terms are at the Sheffield desk.
        """;

    public const string Auditor = """
        Why our calibration records look different now

        Our former auditor Dana Orrell was negligent and hadn’t a clue what she was doing. We have started again.
        """;

    public const string WinterHours = """
        Winter hours at the Sheffield service desk

        From December the desk opens at 07:30, an hour earlier than before.
        """;

    public const string Warehouse = """
        Our thanks to the crews who saved the Marlbeck warehouse

        So glad the Marlbeck arson man got charged. Obviously guilty, he has done it before.
        """;

    public const string Stand = """
        Stand B14, all day

        Bring the meter you trust least. We will put it on the bench beside ours.
        """;
}
