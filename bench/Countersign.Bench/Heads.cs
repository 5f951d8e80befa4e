using System.Globalization;
using Countersign.Bench.Measures;
using Countersign.Bench.Training;
using Countersign.Screening.Heads;

namespace Countersign.Bench;

/// <summary>The heads of the screening: trained, shipped, and measured.</summary>
internal static class Heads
{
    private const string Usage = """
        heads --train-text F [--train-labels F] --test-text F [--test-labels F]   trains on one, judges on the other
        heads --ship [--data DIR] [--write]      trains the shipped heads again and compares the bytes
        heads --hatecheck FILE [--quarter N] [--misses]   how the packs flag the cases of HateCheck; of every four templates only number N
        heads --spans TRAIN TEST                 marks toxic characters: learns from one file, judged on the other
        heads --speed [--corpus FILE]            nanoseconds a post, all heads together; a post in a line
        """;

    public static int Run(string[] args)
    {
        if (Option(args, "--train-text") is { } trainText && Option(args, "--test-text") is { } testText)
            return TrainAndJudge(DataSets.Read(trainText, Option(args, "--train-labels")), DataSets.Read(testText, Option(args, "--test-labels")));
        if (args.Contains("--ship"))
            return Ship(Option(args, "--data") ?? Checkout.Shared("screening", "data", "train"), args.Contains("--write"));
        if (Option(args, "--hatecheck") is { } cases)
        {
            HateCheck.Judge(cases, Option(args, "--quarter") is { } quarter ? int.Parse(quarter, CultureInfo.InvariantCulture) : null, args.Contains("--misses"));
            return 0;
        }

        if (Array.IndexOf(args, "--spans") is >= 0 and var spans && spans + 2 < args.Length)
            return Spans(args[spans + 1], args[spans + 2]);
        if (args.Contains("--speed"))
            return HeadSpeed.Run(Option(args, "--corpus"));

        Console.Error.WriteLine(Usage);
        return 1;
    }

    private static int TrainAndJudge((string[] Texts, int[] Labels) train, (string[] Texts, int[] Labels) test)
    {
        var classes = Math.Max(train.Labels.Max(), test.Labels.Max()) + 1;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var classifier = Classifier.Train(train.Texts, train.Labels, classes);
        var seconds = clock.Elapsed.TotalSeconds;
        var quality = new Quality(test.Labels, classifier.Classify(test.Texts), classes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trained on {train.Texts.Length} texts of {classes} classes in {seconds:F1} s, judged on {test.Texts.Length}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy {quality.Accuracy * 100:F1}   macro-F1 {quality.MacroF1 * 100:F1}   macro-recall {quality.MacroRecall * 100:F1}   F1 of class 1 {quality.F1(1) * 100:F1}"));
        for (var one = 0; one < classes; one++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  class {one}: precision {quality.Precision(one) * 100:F1}   recall {quality.Recall(one) * 100:F1}   F1 {quality.F1(one) * 100:F1}"));
        return 0;
    }

    private static int Ship(string data, bool write)
    {
        if (!Directory.Exists(data))
        {
            Console.WriteLine($"The public sets are not here ({data}): the shipped weights were not trained again.");
            return 0;
        }

        var (model, reports) = Shipping.Train(Lessons.Read(data));
        Shipping.Print(reports);
        if (write)
            File.WriteAllBytes(Path.Combine(Checkout.Root, "src", "Countersign.Screening", "Data", "heads.bin"), model.ToFile());
        var same = model.Digest() == HeadModel.Shipped.Digest();
        Console.WriteLine($"{model.Digest()}  {(write ? "written" : same ? "the bytes that ship" : $"not the bytes that ship ({HeadModel.Shipped.Digest()})")}");
        return write || same ? 0 : 1;
    }

    private static int Spans(string train, string test)
    {
        var tagger = SpanTagger.Train([.. DataSets.Rows(train).Select(SpanText.Of)]);
        var judged = DataSets.Rows(test).Select(SpanText.Of).ToList();
        var f1 = judged.Average(comment => SpanTagger.F1(tagger.Mark(comment.Text), comment.Marked));
        Paired.Print($"toxic spans: character F1 over {judged.Count} comments", string.Create(CultureInfo.InvariantCulture, $"{f1:F4}"), "≥ .66");
        return 0;
    }

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
