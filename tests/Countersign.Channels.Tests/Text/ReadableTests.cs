using System.Text;
using System.Text.Json;
using Countersign.Channels.Http;
using Countersign.Channels.Text;

namespace Countersign.Channels.Tests.Text;

/// <summary>What strangers write is kept as it is, and what no text can hold moves nothing that stands beside it.</summary>
public sealed class ReadableTests
{
    [Fact]
    public void What_cannot_be_read_becomes_the_sign_for_it_and_everything_else_stays()
    {
        // Not as a row of data: an attribute could not carry half a character.
        (string Written, string Read)[] all =
        [
            ("plain", "plain"),
            ("a\0b", "a\ufffdb"),
            ("half \ud83d of it", "half \ufffd of it"),
            ("\udd25 the other half", "\ufffd the other half"),
            ("🔥\0🔥", "🔥\ufffd🔥"),
            ("end \ud83d", "end \ufffd"),
            ("\u202Etxet\u2066\u200F <b>\r\n", "\u202Etxet\u2066\u200F <b>\r\n"),
        ];

        Assert.All(all, one => Assert.Equal((one.Read, one.Written.Length), (Readable.Of(one.Written), Readable.Of(one.Written).Length)));
    }

    [Theory]
    [InlineData("\"half \\ud83d of it\"", "half \ufffd of it")]
    [InlineData("\"\\udd25 \\ud83d\\udd25\"", "\ufffd 🔥")]
    [InlineData("\"\\ud83d \\\\ud83d \\n\"", "\ufffd \\ud83d \n")]
    [InlineData("\"\\\\\\ud83d\"", "\\\ufffd")]
    public void Half_a_character_in_json_costs_that_character_alone(string json, string read) =>
        Assert.Equal(read, JsonDocument.Parse(json).RootElement.AsText());

    [Fact]
    public void Bytes_of_no_character_cost_those_bytes_alone()
    {
        byte[] json = [(byte)'"', (byte)'a', 0xC3, 0x28, (byte)'b', (byte)'"'];

        Assert.Equal("a\ufffd(b", JsonDocument.Parse(json).RootElement.AsText());
    }

    [Fact]
    public void A_text_of_four_megabytes_of_halves_is_read_within_a_second()
    {
        var json = Encoding.UTF8.GetBytes('"' + string.Concat(Enumerable.Repeat("\\ud83d", 650_000)) + '"');

        Assert.Equal(650_000, JsonDocument.Parse(json).RootElement.AsText()!.Count(sign => sign == '\ufffd'));
    }
}
