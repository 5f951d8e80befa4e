using System.Globalization;

namespace Countersign.Web.Inbox;

/// <summary>Reads the fields of a form that was sent. What cannot be read counts as not given.</summary>
internal static class SentFields
{
    extension(IFormCollection sent)
    {
        public Guid? Id(string name) => Guid.TryParse(sent[name], out var id) && id != Guid.Empty ? id : null;

        public IReadOnlyList<Guid> Ids(string name) => [.. sent[name].Select(value => Guid.TryParse(value, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];

        public int Number(string name) => int.TryParse(sent[name], CultureInfo.InvariantCulture, out var number) ? number : 0;

        public string[] Lines(string name) => sent[name].ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
