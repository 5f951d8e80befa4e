using Countersign.Publishing;

namespace Countersign.Web.Publishing;

/// <summary>What a draft does with another post, in words.</summary>
public static class TargetWords
{
    /// <summary>"Answers northgate.example".</summary>
    public static string Heading(PostKind kind, string author) => $"{kind switch { PostKind.Reply => "Answers", PostKind.Quote => "Quotes", _ => "Shows again a post of" }} {(author.Length > 0 ? author : "somebody")}";

    public static string Sentence(this Audience audience) => audience switch
    {
        Audience.Everybody => "Everybody",
        Audience.Unlisted => "Everybody who has the address; in no public list",
        _ => "Followers only",
    };
}
