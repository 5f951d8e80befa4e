using System.Text;
using System.Text.Json.Nodes;

namespace Countersign.Ledger.Tests;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : [ 1 , true , null ] , "a" : { } , "B":[] }""", """{"B":[],"a":{},"b":[1,true,null]}""")]
    [InlineData("""{"1":{"f":{"f":"hi","F":5},"\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}""",
        """{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}""")]
    [InlineData("""{"peach":"This sorting order","péché":1}""", null)]
    [InlineData("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]
    [InlineData("\"\\u0000\\u0008\\t\\f\\r\\u001f\\u007f\"", "\"\\u0000\\b\\t\\f\\r\\u001f\u007f\"")]
    [InlineData("[9007199254740991,-9007199254740991,0,-0]", "[9007199254740991,-9007199254740991,0,0]")]
    [InlineData("\"\\ud83d\\ude02\"", "\"😂\"")]
    public void Names_are_sorted_and_text_is_written_as_RFC_8785_says(string json, string? expected)
    {
        if (expected is null)
            Assert.Throws<FormatException>(() => CanonicalJson.Encode(JsonNode.Parse(json)));
        else
            Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Encode(JsonNode.Parse(json))));
    }

    [Theory]
    [InlineData("""{"money":{"gross":1.5}}""", "$.money.gross")]
    [InlineData("""{"n":[0,1e3]}""", "$.n[1]")]
    [InlineData("""{"n":1.0}""", "$.n")]
    [InlineData("""{"n":9007199254740992}""", "$.n")]
    [InlineData("""{"n":-9007199254740992}""", "$.n")]
    [InlineData("""{"a":{"x":1,"x":2}}""", "$.a")]
    [InlineData("""{"a":"\ud800"}""", "$.a")]
    public void What_readers_could_disagree_about_is_refused_and_named(string json, string path)
    {
        var refusal = Assert.Throws<FormatException>(() => CanonicalJson.Encode(JsonNode.Parse(json)));
        Assert.StartsWith(path + ":", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_made_in_code_are_written_like_values_that_were_read()
    {
        var made = new JsonObject
        {
            ["when"] = JsonValue.Create(new DateOnly(2026, 11, 12)),
            ["id"] = JsonValue.Create(Guid.Empty),
            ["n"] = (short)7,
            ["m"] = 12UL,
            ["none"] = null,
        };
        Assert.Equal("""{"id":"00000000-0000-0000-0000-000000000000","m":12,"n":7,"none":null,"when":"2026-11-12"}""",
            Encoding.UTF8.GetString(CanonicalJson.Encode(made)));
        Assert.Equal("null", Encoding.UTF8.GetString(CanonicalJson.Encode(null)));
    }

    [Fact]
    public void A_fraction_or_half_a_character_made_in_code_is_refused()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.Encode(new JsonArray(0.1)));
        Assert.Throws<FormatException>(() => CanonicalJson.Encode(new JsonArray(double.MaxValue)));
        Assert.Throws<FormatException>(() => CanonicalJson.Encode(new JsonArray("\udc00")));
        Assert.Throws<FormatException>(() => CanonicalJson.Encode(new JsonObject { ["\ud800"] = 1 }));
    }

    [Fact]
    public void Bottomless_nesting_is_refused()
    {
        var node = new JsonArray();
        for (var i = 0; i < 200; i++)
            node = [node];
        Assert.Contains("nested", Assert.Throws<FormatException>(() => CanonicalJson.Encode(node)).Message, StringComparison.Ordinal);
    }
}
