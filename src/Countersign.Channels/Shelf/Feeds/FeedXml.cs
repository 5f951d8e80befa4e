using System.Text;
using System.Xml;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>Writes XML that every reader can parse, whatever the words hold.</summary>
internal static class FeedXml
{
    public static string Write(Action<XmlWriter> body)
    {
        using var text = new Utf8Writer();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true }))
        {
            body(xml);
        }

        return text.ToString();
    }

    public static void Element(this XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement(name);
        xml.Words(value);
        xml.WriteEndElement();
    }

    public static void Attribute(this XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Sound(value));

    public static void Words(this XmlWriter xml, string value) => xml.WriteString(Sound(value));

    /// <summary>XML 1.0 cannot hold control characters or half a character at all, not even escaped.</summary>
    private static string Sound(string value)
    {
        if (value.All(XmlConvert.IsXmlChar))
            return value;
        var sound = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
            sound.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune);
        return sound.ToString();
    }

    /// <summary>A writer into a string declares UTF-16 otherwise, and the bytes are sent as UTF-8.</summary>
    private sealed class Utf8Writer : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
