using System.Text.Json;
using Countersign.Channels.WordPress;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.WordPress;

/// <summary>What only a WordPress site does: slugs, trash, states, rights, comments. On the real program.</summary>
[Collection(OnWordPress.OneAfterTheOther)]
public sealed class WordPressSiteTests : IAsyncLifetime
{
    private WordPressServer site = null!;
    private ChannelUnderTest edith = null!;
    private ChannelUnderTest amy = null!;

    public async ValueTask InitializeAsync()
    {
        site = await WordPressServer.SharedAsync();
        edith = await OnWordPress.OpenAsync(site, "edith");
        amy = await OnWordPress.OpenAsync(site, "amy");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("We open on Saturday\n\nDoors at ten.\nBring a coat.\n\nSee https://example.test/a?b=1&c=2.", "We open on Saturday", "Doors at ten.")]
    [InlineData("We open on Saturday\nDoors at ten.", "We open on Saturday", "We open on Saturday")]
    [InlineData("We open on Saturday. Doors are at ten, and there is a place for every coat that anybody may want to bring along.", "We open on Saturday.", "We open on Saturday. Doors")]
    [InlineData("Tide\n\nTide tables for everybody", "Tide", "Tide")]
    public async Task A_first_line_with_an_empty_line_below_it_is_the_title_and_every_other_text_keeps_its_first_line(string text, string title, string begin)
    {
        var delivery = amy.Deliver(Some.Words(text));

        Assert.Null(Assert.IsType<Outcome.Accepted>(await amy.SendAsync(delivery)).Differs);

        var article = Assert.Single(await site.ListUnderAsync(delivery.Key));
        Assert.Equal(title, article.GetProperty("title").GetProperty("raw").GetString());
        Assert.StartsWith("<!-- wp:paragraph -->\n<p>" + begin, article.GetProperty("content").GetProperty("raw").GetString(), StringComparison.Ordinal);
        Assert.Equal(text, OnWordPress.Standing(article).Text);
    }

    [Fact]
    public async Task Words_that_a_site_would_read_as_something_else_are_shown_as_words()
    {
        const string text = "Less <b>is</b> more & [gallery] works\n\n<script>alert(1)</script> <!--more--> <!-- wp:html --> [gallery ids=\"1\"] a\\b \\n 100% &amp; &#91; \"quoted\" 'so'";
        var delivery = amy.Deliver(new PostContent(text, [Some.Picture("A <i>sign</i> [that] says \"& more\"")]));

        var accepted = Assert.IsType<Outcome.Accepted>(await amy.SendAsync(delivery));

        Assert.Equal([text], (await amy.StandingAsync(delivery)).Select(post => post.Text));
        Assert.Null(accepted.Differs);
        var page = await site.ReadPageAsync(accepted.Remote.Address!);
        Assert.DoesNotContain("<script>alert(1)", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &lt;!&#8211;more&#8211;&gt;", page, StringComparison.Ordinal);
        Assert.Contains("&#091;gallery ids=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class='gallery", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_stands_in_the_library_once_with_its_description_and_its_very_bytes()
    {
        var picture = Some.Picture("The ferry at \"low\" tide & in fog");
        var content = new PostContent(Some.Mark(), [picture]);
        var delivery = edith.Deliver(content);
        var prepared = Assert.IsType<PrepareOutcome.Ready>(await ((IPrepare)edith.Channel).PrepareAsync(delivery, Stop)).Prepared!;
        Assert.Equal(prepared, Assert.IsType<PrepareOutcome.Ready>(await ((IPrepare)edith.Channel).PrepareAsync(delivery, Stop)).Prepared);

        Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery));

        var id = JsonSerializer.Deserialize<JsonElement>(prepared)[0].GetProperty("picture").GetProperty("id").GetInt64();
        var media = await site.AskAsync("edith", HttpMethod.Get, $"wp/v2/media/{id}");
        Assert.Equal(picture.Alt, System.Net.WebUtility.HtmlDecode(media.GetProperty("alt_text").GetString()));
        Assert.Equal(picture.Bytes.ToArray(), await site.ReadFileAsync(media.GetProperty("source_url").GetString()!));
    }

    [Fact]
    public async Task A_file_that_the_site_does_not_take_stops_the_post_before_it_is_written()
    {
        var delivery = edith.Deliver(new PostContent(Some.Mark(), [Some.Media("<html>"u8.ToArray(), "image/png", "No picture")]));

        Assert.Equal(RejectKind.MediaInvalid, Assert.IsType<Outcome.Rejected>(await edith.SendAsync(delivery)).Kind);
        Assert.Empty(await site.ListUnderAsync(delivery.Key));
    }

    [Fact]
    public async Task Whoever_may_not_publish_there_is_not_connected_and_is_told_what_is_missing()
    {
        var refused = Assert.IsType<ConnectOutcome.Refused>(await OnWordPress.Channel.ConnectAsync(new ConnectRequest(site.Server, "carl", site.PasswordOf("carl")), Stop));

        Assert.Equal("missing-permission", refused.Code);
        Assert.Contains("publish_posts", refused.Sentence, StringComparison.Ordinal);
        var secret = new WordPressSecret("carl", site.PasswordOf("carl"), new Uri(site.Server, "wp-json/")).ToJson();
        var carl = edith with { Account = edith.Account with { Id = "carl", RemoteId = "4@x", Secret = secret } };
        Assert.Equal(AccountStanding.Restricted, (await ((ICheckAccount)carl.Channel).CheckAsync(carl.Account, Stop)).Standing);
        Assert.Equal(RejectKind.PermissionMissing, Assert.IsType<Outcome.Rejected>(await carl.SendAsync(carl.Deliver(Some.Words(Some.Mark())))).Kind);
    }

    [Fact]
    public async Task A_password_that_was_taken_back_shuts_the_account_and_no_other()
    {
        var (password, revokeAsync) = await site.NewPasswordAsync("edith");
        var secret = (WordPressSecret.Parse(edith.Account.Secret)! with { Password = password }).ToJson();
        var other = edith with { Account = edith.Account with { Id = "other", Secret = secret } };
        Assert.Equal(AccountStanding.Open, (await ((ICheckAccount)other.Channel).CheckAsync(other.Account, Stop)).Standing);

        await revokeAsync();

        Assert.Equal(AccountStanding.Closed, (await ((ICheckAccount)other.Channel).CheckAsync(other.Account, Stop)).Standing);
        Assert.Equal(RejectKind.AuthRevoked, Assert.IsType<Outcome.Rejected>(await other.SendAsync(other.Deliver(Some.Words(Some.Mark())))).Kind);
        Assert.Equal(AccountStanding.Open, (await ((ICheckAccount)edith.Channel).CheckAsync(edith.Account, Stop)).Standing);
    }

    [Theory]
    [InlineData("pending", "holds it for somebody")]
    [InlineData("draft", "holds it for somebody")]
    [InlineData("private", "does not show it to everybody")]
    [InlineData("future", "a later time of its own")]
    public async Task A_post_that_the_site_keeps_back_is_never_called_published(string status, string told)
    {
        var delivery = edith.Deliver(Some.Words(Some.Mark()));
        var standing = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;

        await ChangeAsync(standing, status == "future" ? new { status, date_gmt = "2031-01-01T09:00:00" } : new { status });

        Assert.Contains(told, Assert.IsType<FindResult.Ambiguous>(await edith.Finds.FindAsync(delivery, Stop)).Note, StringComparison.Ordinal);
        Assert.Contains(told, Assert.IsType<FindResult.Ambiguous>(await edith.Finds.FindAsync(delivery with { Standing = standing }, Stop)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_readers_see_otherwise_than_approved_is_named_and_what_the_site_took_from_them_is_gone()
    {
        var delivery = edith.Deliver(Some.Words($"We open at https://example.test/ {Some.Mark()}"));
        var standing = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;
        async Task<Differences?> ReadAsync() => await ((IReadPost)edith.Channel).ReadAsync(edith.Account, standing, Stop) switch
        {
            PostReading.Stands stands => ((ICompare)edith.Channel).Compare(stands.Post, delivery.Content),
            PostReading.Gone => null,
            var other => throw new InvalidOperationException(other.ToString()),
        };
        Assert.Equal(Differences.None, await ReadAsync());

        await ChangeAsync(standing, new { password = "sesame" });
        Assert.Equal(Differences.Audience, await ReadAsync());
        await ChangeAsync(standing, new { password = "", status = "private" });
        Assert.Equal(Differences.Audience, await ReadAsync());
        var body = (await site.AskAsync("edith", HttpMethod.Get, $"wp/v2/posts/{IdOf(standing)}?context=edit")).GetProperty("content").GetProperty("raw").GetString()!;
        await ChangeAsync(standing, new { status = "publish", content = body.Replace("href=\"https://example.test/\"", "href=\"https://elsewhere.test/\"", StringComparison.Ordinal) });
        Assert.Equal(Differences.Link, await ReadAsync());
        await ChangeAsync(standing, new { status = "draft" });
        Assert.Null(await ReadAsync());
        await ChangeAsync(standing, new { status = "publish", content = body });
        Assert.Equal(Differences.None, await ReadAsync());
        await site.AskAsync("edith", HttpMethod.Delete, $"wp/v2/posts/{IdOf(standing)}");
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task An_article_that_was_begun_long_ago_and_published_now_is_among_the_newest()
    {
        var mark = Some.Mark();
        var begun = (await site.AskAsync("amy", HttpMethod.Post, "wp/v2/posts", new { title = mark, content = "Begun long ago", status = "draft" })).GetProperty("id").GetInt64();
        for (var more = 0; more < 21; more++)
            await site.AskAsync("amy", HttpMethod.Post, "wp/v2/posts", new { title = $"{mark} {more}", content = "In between", status = "publish", date_gmt = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("s", System.Globalization.CultureInfo.InvariantCulture) });
        async Task<IReadOnlyList<ListedPost>> NewestAsync() => Assert.IsType<PostPage.Read>(await ((IListPosts)amy.Channel).ListAsync(amy.Account, null, Stop)).Posts;
        Assert.DoesNotContain(await NewestAsync(), post => post.Text.Contains("Begun long ago", StringComparison.Ordinal));

        await site.AskAsync("amy", HttpMethod.Post, $"wp/v2/posts/{begun}", new { status = "publish" });

        var newest = await NewestAsync();
        Assert.Contains("Begun long ago", newest[0].Text, StringComparison.Ordinal);
        Assert.Equal(newest.Count, newest.Select(post => post.Remote.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_post_in_the_trash_was_made_once_and_is_not_made_again()
    {
        var delivery = edith.Deliver(Some.Words(Some.Mark()));
        var standing = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;
        await site.AskAsync("edith", HttpMethod.Delete, $"wp/v2/posts/{IdOf(standing)}");

        Assert.Contains("trash", Assert.IsType<FindResult.Ambiguous>(await edith.Finds.FindAsync(delivery, Stop)).Note, StringComparison.Ordinal);
        Assert.IsType<Outcome.Unknown>(await edith.SendAsync(delivery));
        Assert.Empty(await site.ListUnderAsync(delivery.Key));
        Assert.IsType<Outcome.Accepted>(await ((IDelete)edith.Channel).DeleteAsync(edith.Account, standing, Stop));

        await site.AskAsync("edith", HttpMethod.Delete, $"wp/v2/posts/{IdOf(standing)}?force=true");
        Assert.Equal(new FindResult.NotFound(Conclusive: true), await edith.Finds.FindAsync(delivery with { Standing = standing }, Stop));
        Assert.Equal(new FindResult.NotFound(Conclusive: true), await edith.Finds.FindAsync(delivery, Stop));
        Assert.IsType<Outcome.Accepted>(await ((IDelete)edith.Channel).DeleteAsync(edith.Account, standing, Stop));
    }

    [Fact]
    public async Task A_second_copy_that_slipped_through_is_told_with_the_answer_and_both_are_left_to_a_person()
    {
        var delivery = edith.Deliver(Some.Words(Some.Mark()));
        Assert.Null(Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Differs);
        var calls = 0;
        await using var line = new FaultyLine(site.Server)
        {
            Strikes = path => path.EndsWith("/posts", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 1 ? new Fault.Says(Fault.Http("200 OK", "[]")) : null,
        };
        var blind = edith with { Account = edith.Account with { Server = line.Address } };

        var second = Assert.IsType<Outcome.Accepted>(await blind.SendAsync(delivery with { Account = blind.Account }));

        Assert.Contains(delivery.Key + "-2", second.Differs, StringComparison.Ordinal);
        Assert.Contains(delivery.Key + "-2", Assert.IsType<FindResult.Ambiguous>(await edith.Finds.FindAsync(delivery, Stop)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_changed_on_the_site_is_not_overwritten_and_an_edit_keeps_what_was_there_as_a_revision()
    {
        var delivery = edith.Deliver(Some.Words(Some.Mark() + " as approved"));
        var first = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;
        await ChangeAsync(first, new { content = "<p>Changed by hand</p>" });
        var edit = delivery with { Content = Some.Words(Some.Mark() + " corrected") };

        Assert.Equal(RejectKind.VersionConflict, Assert.IsType<Outcome.Rejected>(await edith.EditAsync(edit, first)).Kind);
        Assert.IsType<FindResult.Ambiguous>(await edith.Finds.FindAsync(delivery with { Standing = first }, Stop));

        Assert.Null(Assert.IsType<Outcome.Accepted>(await edith.EditAsync(edit, first with { Version = null })).Differs);
        var revisions = await site.AskAsync("edith", HttpMethod.Get, $"wp/v2/posts/{IdOf(first)}/revisions");
        Assert.Contains(revisions.EnumerateArray(), revision => revision.GetProperty("content").GetProperty("rendered").GetString()!.Contains("Changed by hand", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_accounts_own_posts_are_taken_down()
    {
        var others = Assert.IsType<Outcome.Accepted>(await amy.SendAsync(amy.Deliver(Some.Words(Some.Mark())))).Remote;

        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(await ((IDelete)edith.Channel).DeleteAsync(edith.Account, others, Stop)).Kind);
        Assert.IsType<Outcome.Accepted>(await ((IDelete)amy.Channel).DeleteAsync(amy.Account, others, Stop));
    }

    [Fact]
    public async Task A_site_without_speaking_addresses_is_reached_as_well()
    {
        await using var line = new FaultyLine(site.Server) { Strikes = path => path.StartsWith("/wp-json", StringComparison.Ordinal) ? new Fault.Says(Fault.Http("404 Not Found", "<html></html>")) : null };

        var connected = Assert.IsType<ConnectOutcome.Connected>(await OnWordPress.Channel.ConnectAsync(new ConnectRequest(line.Address, "edith", site.PasswordOf("edith")), Stop));

        var plain = edith with { Account = edith.Account with { Id = "plain", Server = line.Address, Secret = connected.Secret } };
        var delivery = plain.Deliver(new PostContent(Some.Mark(), [Some.Picture()]));
        Assert.Null(Assert.IsType<Outcome.Accepted>(await plain.SendAsync(delivery)).Differs);
        Assert.IsType<FindResult.Found>(await plain.Finds.FindAsync(delivery, Stop));
        Assert.DoesNotContain(line.Calls, call => call.Contains("/wp-json/wp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("500 Internal Server Error", "{\"code\":\"db_insert_error\",\"message\":\"Could not insert post.\",\"data\":{\"status\":500}}")]
    [InlineData("301 Moved Permanently", "")]
    [InlineData("200 OK", "<html>Please sign in to the wireless network</html>")]
    [InlineData("201 Created", "{\"id\":7}")]
    [InlineData("403 Forbidden", "<html>Blocked by the firewall</html>")]
    [InlineData("502 Bad Gateway", "<html></html>")]
    public async Task An_answer_that_does_not_say_what_became_of_the_post_is_unknown_and_the_post_is_found(string status, string body)
    {
        var calls = 0;
        await using var line = new FaultyLine(site.Server)
        {
            Strikes = path => path.EndsWith("/posts", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 2 ? new Fault.Replaces(Fault.Http(status, body, "Location: https://elsewhere.example.test/")) : null,
        };
        var lossy = edith with { Account = edith.Account with { Server = line.Address } };
        var delivery = lossy.Deliver(Some.Words(Some.Mark()));

        Assert.IsType<Outcome.Unknown>(await lossy.SendAsync(delivery));

        Assert.IsType<FindResult.Found>(await lossy.Finds.FindAsync(delivery, Stop));
        Assert.Single(await site.ListUnderAsync(delivery.Key));
    }

    [Fact]
    public async Task A_site_that_asks_to_slow_down_is_left_alone_for_that_long()
    {
        await using var line = new FaultyLine(site.Server) { Strikes = path => path.EndsWith("/posts", StringComparison.Ordinal) ? new Fault.Says(Fault.Http("429 Too Many Requests", "", "Retry-After: 30")) : null };
        var slow = edith with { Account = edith.Account with { Id = "slow", Server = line.Address } };

        Assert.Equal(TimeSpan.FromSeconds(30), Assert.IsType<Outcome.NotSent>(await slow.SendAsync(slow.Deliver(Some.Words(Some.Mark())))).RetryAfter);
        var next = Assert.IsType<Outcome.NotSent>(await slow.SendAsync(slow.Deliver(Some.Words(Some.Mark()))));
        Assert.Equal((NotSentKind.RateLimited, 1), (next.Kind, line.Calls.Count));
    }

    private static string IdOf(RemoteRef remote) => remote.Id.Split("?p=")[1];

    private Task ChangeAsync(RemoteRef remote, object what) => site.AskAsync("edith", HttpMethod.Post, $"wp/v2/posts/{IdOf(remote)}", what);
}
