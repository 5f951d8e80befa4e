namespace Countersign.Screening.Rules;

/// <summary>
/// The keys that may stand in a pack, each with what it says. The reader allows these and no others, and the reference page (docs/rules.md)
/// is made from them, so neither can forget one that the other has.
/// </summary>
internal static class RuleLanguage
{
    public static readonly (string Key, string Says)[] Rule =
    [
        ("id", "by which findings name it: `DEF-01`"),
        ("version", "three numbers; it changes whenever the rule does"),
        ("title", "what it is called on pages"),
        ("category", "one of the categories below"),
        ("owner", "who answers for it"),
        ("basis", "the clause it rests on"),
        ("severity", "S1 to S4"),
        ("decision", "what a finding leads to; for outbound items, unless an entry of `fires` says otherwise"),
        ("inbound", "the decision for what others send us; `warn`, unless said"),
        ("approvals", "how many people of which role must agree, `{ Legal: 1 }`; for a block, who has to once it is fixed"),
        ("applies", "to which items: see below"),
        ("lists", "lists of words of this rule alone, by name"),
        ("fires", "the ways in which it fires; any one is enough: see below"),
        ("cleared", "safe harbours: see below"),
        ("message", "why, as an indicator and never a verdict"),
        ("fix", "what would settle it"),
        ("cases", "`must` and `must-not`: a text, or `context` and `text`; every one runs before a release takes effect"),
    ];

    public static readonly (string Key, string Says)[] Applies =
    [
        ("directions", "`outbound`, unless said"),
        ("kinds", "all, unless said"),
        ("segments", "which words of the item it reads"),
    ];

    public static readonly (string Key, string Says)[] Cases =
    [
        ("must", "texts on which the rule must fire"),
        ("must-not", "texts on which it must not"),
    ];

    public static readonly (string Key, string Says)[] Case =
    [
        ("context", "facts as `key=value; key=\"value\"`; `in` alone makes the item inbound"),
        ("text", "the words"),
    ];

    public static readonly (string Key, string Says)[] Fires =
    [
        ("find", "patterns: the words that are shown"),
        ("with", "patterns of which each must be near; `{ any: [...], within: ... }` for a reach of their own"),
        ("without", "patterns of which none may be near"),
        ("within", "how near: see below; `sentence`, unless said"),
        ("facts", "conditions that must all hold: see below"),
        ("kinds", "only for these kinds of item"),
        ("likes", "fires on what any of these rules would fire on"),
        ("more-than", "fires once the words are found more often than this"),
        ("fewer-words-than", "only in a text of fewer words"),
        ("terms-of", "a fact that holds terms: fires where one stands in the text"),
        ("lacks", "a fact that holds a prescribed wording: fires where the text lacks it"),
        ("figure-differs-from", "a fact that holds an amount: fires where the sentence states another, or where the fact is not known"),
        ("percent-differs-from", "a fact that holds a percentage: fires where the words state another, none, or where the fact is not known"),
        ("alters", "a prescribed wording of five words or more: fires where the text holds it altered or in part"),
        ("score", "heads that must find the segment at least so likely to be of their kind: `{ hate: 0.8 }`"),
        ("decision", "in place of the rule's"),
        ("approvals", "in place of the rule's"),
        ("message", "in place of the rule's"),
        ("confidence", "from 0 to 1; 0.8, unless said, and the head's probability where `score` stands"),
    ];

    public static readonly (string Key, string Says)[] Cleared =
    [
        ("because", "the reason, in a sentence: it is shown to whoever approves"),
        ("negated", "`true`: the words are denied in their own clause"),
        ("with", "patterns of which each must be near"),
        ("within", "how near; `sentence`, unless said"),
        ("facts", "conditions that must all hold"),
        ("lowers-to", "a weaker decision: the finding stands, lowered"),
    ];

    public static readonly (string Key, string Says)[] Near =
    [
        ("any", "patterns of which one is enough"),
        ("within", "how near"),
    ];

    public static readonly (string Key, string Says)[] Reaches =
    [
        ("clause", "the same clause"),
        ("sentence", "the same sentence"),
        ("text", "the same segment"),
        ("item", "any segment that every reader sees: our own words and those in our pictures"),
        ("opening", "the first four words of the segment"),
        ("words", "the words that were found"),
        ("5", "so many words before or behind"),
    ];

    public static readonly (string Key, string Says)[] Operators =
    [
        ("present", "the fact is stated, and not as `none`, `false` or nothing"),
        ("absent", "it is not"),
        ("unknown", "nobody states it"),
        ("none", "it is stated as `none`, `false` or nothing"),
        ("is", "it is this"),
        ("is-not", "it is stated, and is not this"),
        ("in", "it is one of these: `[paid, gifted]`"),
        ("starts-with", "it begins with one of these"),
        ("contains", "one of these stands in it"),
        (">", "it is more than a number, a date, another fact or `4 times` another fact"),
        ("<", "it is less"),
        (">=", "it is as much or more"),
        ("same-as", "it is what another fact is"),
    ];

    public static readonly (string Form, string Says)[] Patterns =
    [
        ("word", "the word as it stands in the folded text: capitals, accents, look-alike letters, invisible characters, digits for letters, repeats and letters pulled apart do not count"),
        ("begin*", "any word that begins so"),
        ("two words", "in a row, within one sentence"),
        ("(one|two words)", "any of them"),
        ("(left out)?", "or nothing"),
        ("..3", "up to three other words, never over a \"not\""),
        ("{list}", "whatever a list of a pack or of this rule finds; in a list whose name ends in `-masked`, `f**k` is found, too"),
        ("<class>", "a kind of word: see below"),
        ("#tag", "only where it stands as a hashtag"),
        ("regex:proj-\\d{4}", "a regular expression over the folded text in lower case, alone in its pattern; it must run without going back (RegexOptions.NonBacktracking) and hold, outside brackets, 3 plain characters in a row that stand in every match"),
    ];

    public static readonly (string Key, string Says)[] Profile =
    [
        ("number", "by which people speak of the release"),
        ("effective-from", "date and time"),
        ("packs", "folders of packs, or ids of single rules, that are on; all, unless said"),
        ("floor", "who must agree to any outbound item, whatever it says"),
        ("own-names", "names, products and handles of the organisation"),
        ("competitors", "names of others"),
        ("lexicons", "terms added to lists of the packs"),
    ];

    public static string[] Keys((string Key, string Says)[] of) => [.. of.Select(one => one.Key)];
}
