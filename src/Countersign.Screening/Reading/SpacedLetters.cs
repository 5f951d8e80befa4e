namespace Countersign.Screening.Reading;

/// <summary>Joins letters that were pulled apart (`s c a m`, `s.c.a.m`) into the word a reader sees.</summary>
internal static class SpacedLetters
{
    private const int FewestLetters = 4;

    public static List<Token> Join(List<Token> tokens, string text)
    {
        var joined = new List<Token>(tokens.Count);
        for (var start = 0; start < tokens.Count;)
        {
            var end = start;
            while (end < tokens.Count && IsLetter(tokens[end]) && (end == start || tokens[end].Start - tokens[end - 1].End == 1))
                end++;
            if (end - start >= FewestLetters)
            {
                var word = string.Concat(tokens.GetRange(start, end - start).Select(t => t.Text));
                joined.Add(tokens[start] with { Text = text[tokens[start].Start..tokens[end - 1].End].ToLowerInvariant(), End = tokens[end - 1].End, Readings = [word, .. Spelling.Readings(word)] });
                start = end;
            }
            else
            {
                joined.Add(tokens[start++]);
            }
        }

        return joined;
    }

    private static bool IsLetter(Token token) => token.Kind == TokenKind.Word && token.End - token.Start == 1;
}
