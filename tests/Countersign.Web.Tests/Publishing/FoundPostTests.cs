using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>Posts of others that are looked for by their address, on a real network and pages without script.</summary>
public sealed class FoundPostTests(ADemo demo) : IClassFixture<ADemo>
{
    private const string Form = "form#compose";

    [Fact]
    public async Task A_post_of_somebody_else_is_found_by_its_address_quoted_and_kept_with_the_draft_as_it_was_read()
    {
        var network = await ConnectedAsync();
        var theirs = Key();
        await network.PutPostAsync(network.Bob, theirs, Post("Brocklow meters are used at sea."));
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var address = $"https://bsky.app/profile/{network.Bob.Handle}/post/{theirs}";

        var found = await hannah.SubmitAsync(await hannah.OpenAsync("/compose"), Form, ("text", "So they are."), ("other", address), ("do", "find"));
        Assert.Contains($"Quotes {network.Bob.Handle}", found.Text, StringComparison.Ordinal);
        Assert.Contains("Brocklow meters are used at sea.", found.One("figure blockquote").TextContent, StringComparison.Ordinal);
        Assert.Equal("So they are.", found.Value("#text"));
        Assert.Contains("Not saved yet", found.Text, StringComparison.Ordinal);

        var saved = await hannah.SubmitAsync(found, Form, ("do", "save"));
        await network.PutPostAsync(network.Bob, theirs, Post("Buy my coins."));
        var later = await hannah.OpenAsync(saved.Path);

        Assert.Contains("Brocklow meters are used at sea.", later.One("figure blockquote").TextContent, StringComparison.Ordinal);
        Assert.Equal("Quote", later.One("input[name=kind][checked]").GetAttribute("value"));
    }

    [Fact]
    public async Task The_words_of_the_other_post_are_judged_with_ours()
    {
        var network = await ConnectedAsync();
        var theirs = Key();
        await network.PutPostAsync(network.Bob, theirs, Post("Guaranteed returns of 12% a year, with no risk to your capital."));
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var found = await hannah.SubmitAsync(await hannah.OpenAsync("/compose"), Form, ("text", "Worth reading."), ("other", $"at://{network.Bob.Did}/app.bsky.feed.post/{theirs}"), ("do", "find"));

        Assert.Contains("FP-", found.One("#findings").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_post_is_found_the_page_says_why_and_keeps_what_was_typed()
    {
        var network = await ConnectedAsync();
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");

        foreach (var (address, why) in new[] { ("the post from yesterday", "That is no address of a post"), ($"https://bsky.app/profile/{network.Bob.Handle}/post/3zzzzzzzzzzzz", "shows no post at that address"), ("", "Give the address of the post") })
        {
            var refused = await hannah.SubmitAsync(page, Form, ("text", "As they say."), ("other", address), ("do", "find"));
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
            Assert.Equal((address, "As they say."), (refused.Value("[name=other]"), refused.Value("#text")));
        }
    }

    /// <summary>A record key of this network: 13 signs of its own 32.</summary>
    private static string Key() => "3l" + new string([.. Guid.NewGuid().ToByteArray().Take(11).Select(part => "234567abcdefghijklmnopqrstuvwxyz"[part % 32])]);

    private static Dictionary<string, object> Post(string text) => new() { ["$type"] = "app.bsky.feed.post", ["text"] = text, ["createdAt"] = "2026-11-12T09:42:00Z" };

    private async Task<BlueskyNetwork> ConnectedAsync()
    {
        var network = await BlueskyNetwork.SharedAsync();
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        var page = await marek.OpenAsync("/accounts/connect?network=bluesky");
        var connected = await marek.SubmitAsync(page, "form[action='/accounts/connect']", ("server", network.Server.ToString()), ("handle", network.Alice.Handle), ("secret", network.Alice.AppPassword), ("title", "Northgate on Bluesky"));
        Assert.True(connected.Status == HttpStatusCode.OK, connected.Text);
        return network;
    }
}
