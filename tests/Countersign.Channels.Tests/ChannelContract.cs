namespace Countersign.Channels.Tests;

/// <summary>What holds on every network. A new network passes this before it is offered to anybody.</summary>
public abstract class ChannelContract
{
    /// <summary>The network with an account that may post.</summary>
    protected abstract Task<ChannelUnderTest> ConnectedAsync();

    /// <summary>The same network, behind a line on which every answer to a write is lost.</summary>
    protected abstract Task<ChannelUnderTest> LosingAnswersAsync();

    /// <summary>False for a server on which a repeat under the same key is a second post: there, only the door keeps a delivery from being handed over twice.</summary>
    protected virtual bool HonoursKeys => true;

    /// <summary>True for a network that refuses the same words again, so that a repeat is no second post whatever its key.</summary>
    protected virtual bool RefusesDuplicates => false;

    /// <summary>What one emoji counts, however it is put together.</summary>
    protected virtual int AnEmojiCounts => 1;

    /// <summary>How large a picture is sent as a test of the largest one.</summary>
    protected virtual int LargestTried(int largest) => largest;

    /// <summary>True where the connector looks what stands under the key before it writes: a repeat is then noticed, and only two at the very same moment are two posts.</summary>
    protected virtual bool LooksFirst => false;

    /// <summary>Whether not finding a post proves that it is not there; null where the mode says so.</summary>
    protected virtual bool? ProvesAbsence => null;

    /// <summary>False where only an address with its scheme becomes a link.</summary>
    protected virtual bool LinksBareDomains => true;

    [Fact]
    public async Task Text_at_a_limit_is_published_and_one_more_is_refused_beforehand()
    {
        var network = await ConnectedAsync();
        var limits = network.Account.Limits;
        var smallest = network.Measures.Measure("a", limits).Min(c => c.Limit)!.Value;

        Assert.Empty(network.Validates.Validate(Some.Words(Some.Letters(smallest)), limits));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(Some.Words(Some.Letters(smallest)))));
        Assert.Equal(RejectKind.TextTooLong, Assert.Single(network.Validates.Validate(Some.Words(Some.Letters(smallest + 1)), limits)).Kind);
    }

    [Fact]
    public async Task A_family_is_one_emoji_everywhere()
    {
        var network = await ConnectedAsync();

        Assert.Equal(AnEmojiCounts, network.Measures.Measure("👨‍👩‍👧‍👦").Single(c => c.Unit == "characters").Used);
    }

    [Fact]
    public async Task The_words_and_the_descriptions_of_pictures_arrive_unchanged()
    {
        var network = await ConnectedAsync();
        var content = new PostContent("Grüße aus Zürich 🇨🇭 – see https://example.test/ü?a=1&b=2.\nSecond line.", [Some.Picture("Zwei Boote auf dem See"), Some.Picture("A <b>\"quoted\"</b> & 漢字 description")]);
        var delivery = network.Deliver(content);

        Assert.Empty(network.Validates.Validate(content));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        var post = Assert.Single(await network.StandingAsync(delivery));
        Assert.Equal(content.Text, post.Text);
        Assert.Equal(content.Media.Select(m => m.Alt), post.Alts);
    }

    [Fact]
    public async Task What_the_network_has_no_place_for_is_refused_beforehand()
    {
        var network = await ConnectedAsync();
        var other = new RemoteRef("at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a", null);
        var words = Some.Words("With something more");
        (PostFeatures Needs, PostContent Content)[] all =
        [
            (PostFeatures.Replies, words with { ReplyTo = other }),
            (PostFeatures.Quotes, words with { Quotes = other }),
            (PostFeatures.ContentWarning, words with { ContentWarning = "Flashing lights" }),
            (PostFeatures.Visibility, words with { Visibility = Visibility.Followers }),
            (PostFeatures.LinkPreview, words with { Preview = new LinkPreview(new Uri("https://example.test/"), "A page", "About something", null) }),
        ];

        foreach (var (needs, content) in all)
        {
            var takes = network.Channel.Describe().Takes.HasFlag(needs);
            Assert.Equal((needs, takes), (needs, network.Validates.Validate(content).Count == 0));
        }
    }

    [Fact]
    public async Task The_same_delivery_twice_is_one_post_or_a_person_decides_between_two()
    {
        var network = await ConnectedAsync();
        if (RefusesDuplicates || LooksFirst)
        {
            // Called refused, it would be given up although it stands; called not sent, it would be sent again.
            var duplicate = network.Deliver(Some.Words(Some.Mark()));
            Assert.IsType<Outcome.Accepted>(await network.SendAsync(duplicate));
            Assert.IsType<Outcome.Unknown>(await network.SendAsync(duplicate));
            Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(duplicate, TestContext.Current.CancellationToken));
            Assert.Single(await network.StandingAsync(duplicate));
            return;
        }

        if (!HonoursKeys)
        {
            var repeated = network.Deliver(Some.Words(Some.Mark()));
            await network.SendAsync(repeated);
            Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(repeated, TestContext.Current.CancellationToken));
            await network.SendAsync(repeated);
            Assert.IsType<FindResult.Ambiguous>(await network.Finds.FindAsync(repeated, TestContext.Current.CancellationToken));
            return;
        }

        var delivery = network.Deliver(new PostContent("Only once", [Some.Picture()]));

        var first = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));
        var second = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.Equal(first.Remote, second.Remote);
        Assert.Single(await network.StandingAsync(delivery));
    }

    [Fact]
    public async Task The_same_delivery_from_many_hands_at_once_is_one_post_or_a_person_decides()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words(Some.Mark() + " many hands"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => network.SendAsync(delivery)));

        Assert.Contains(outcomes, o => o is Outcome.Accepted);
        Assert.All(outcomes, o => Assert.True(o is Outcome.Accepted or Outcome.Unknown, $"{o} would be sent again or given up"));
        var standing = (await network.StandingAsync(delivery)).Count;
        Assert.InRange(standing, LooksFirst || HonoursKeys || RefusesDuplicates ? 1 : 8, HonoursKeys || RefusesDuplicates ? 1 : 8);
        var found = await network.Finds.FindAsync(delivery, TestContext.Current.CancellationToken);
        Assert.True(standing == 1 ? found is FindResult.Found : found is FindResult.Ambiguous, found.ToString());
    }

    [Fact]
    public async Task What_was_published_is_found_with_the_reference_that_was_given()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(new PostContent("Find me", [Some.Picture()]));
        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        var found = Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(delivery, TestContext.Current.CancellationToken));

        Assert.Equal(accepted.Remote, found.Remote);
    }

    [Fact]
    public async Task What_was_never_published_is_not_found()
    {
        var network = await ConnectedAsync();

        var result = await network.Finds.FindAsync(network.Deliver(Some.Words("Never sent")), TestContext.Current.CancellationToken);

        Assert.Equal(new FindResult.NotFound(Conclusive: ProvesAbsence ?? network.Channel.Describe().Mode == IdempotencyMode.ClientKey), result);
    }

    [Fact]
    public async Task Other_words_under_a_used_key_overwrite_nothing_and_are_never_called_accepted_as_they_are()
    {
        var network = await ConnectedAsync();
        var first = network.Deliver(Some.Words(Some.Mark() + " as approved"));
        await network.SendAsync(first);
        var second = first with { Content = Some.Words(Some.Mark() + " something else") };

        var outcome = await network.SendAsync(second);

        Assert.Equal(first.Content.Text, Assert.Single(await network.StandingAsync(first), post => post.Text == first.Content.Text).Text);
        var found = await network.Finds.FindAsync(second, TestContext.Current.CancellationToken);
        if (LooksFirst || network.Channel.Describe().Mode == IdempotencyMode.ClientKey)
            Assert.True(outcome is not Outcome.Accepted && found is FindResult.Ambiguous, $"{outcome} {found}");
        else
            Assert.True(HonoursKeys ? outcome is Outcome.Accepted { Differs: not null } && found is FindResult.NotFound : found is FindResult.Found, $"{outcome} {found}");
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_and_never_called_not_sent_and_the_post_is_found()
    {
        var network = await LosingAnswersAsync();
        var delivery = network.Deliver(Some.Words("Did it arrive?"));

        Assert.IsType<Outcome.Unknown>(await network.SendAsync(delivery));

        Assert.IsType<FindResult.Found>(await network.Finds.FindAsync(delivery, TestContext.Current.CancellationToken));
        Assert.Single(await network.StandingAsync(delivery));
    }

    [Fact]
    public async Task As_many_and_as_large_pictures_as_described_are_published_and_one_more_is_refused_beforehand()
    {
        var network = await ConnectedAsync();
        var limits = network.Account.Limits;
        var (most, largest) = (limits?.MaxMedia ?? network.Channel.Describe().MaxMedia, limits?.MaxMediaBytes ?? network.Channel.Describe().MaxMediaBytes);
        PostContent With(params IEnumerable<PostMedia> media) => new("Pictures", [.. media]);
        var full = With(Enumerable.Range(1, most).Select(i => Some.Picture($"Picture {i}", i == 1 ? LargestTried(largest) : 200)));

        Assert.Empty(network.Validates.Validate(full, limits));
        Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(full)));
        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(network.Validates.Validate(With(full.Media.Append(Some.Picture())), limits)).Kind);
        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(network.Validates.Validate(With(Some.Picture(bytes: largest + 1)), limits)).Kind);
    }

    [Fact]
    public async Task A_picture_without_a_description_is_refused()
    {
        var network = await ConnectedAsync();

        Assert.Equal(RejectKind.AltInvalid, Assert.Single(network.Validates.Validate(new PostContent("Look", [Some.Picture(alt: " ")]))).Kind);
        Assert.Empty(network.Validates.Validate(new PostContent("Look", [Some.Picture(alt: "") with { AltWaived = true }])));
    }

    [Theory]
    [InlineData("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")]
    [InlineData("image/png", "<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("image/png", "")]
    public async Task A_file_that_is_no_picture_is_refused_whatever_it_calls_itself(string type, string file)
    {
        var network = await ConnectedAsync();
        var content = new PostContent("Look", [Some.Media(System.Text.Encoding.UTF8.GetBytes(file), type, "A drawing")]);

        Assert.Equal(RejectKind.MediaInvalid, Assert.Single(network.Validates.Validate(content)).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("half a \ud83d character")]
    [InlineData("a bell \a")]
    public async Task Text_that_cannot_be_shown_is_refused(string text)
    {
        var network = await ConnectedAsync();

        Assert.Equal(RejectKind.TextInvalid, Assert.Single(network.Validates.Validate(Some.Words(text))).Kind);
    }

    [Fact]
    public async Task A_rendering_keeps_every_character_and_its_links_lie_inside_the_text()
    {
        var network = await ConnectedAsync();
        var text = "See https://example.test/a(b) and example.com/x, 漢字 👨‍👩‍👧‍👦. " + Some.Letters(200) + " " + Some.Letters(300);

        var rendering = ((IRender)network.Channel).Render(Some.Words(text));

        Assert.Equal(text, rendering.Text);
        Assert.Equal(LinksBareDomains ? ["https://example.test/a(b)", "example.com/x"] : ["https://example.test/a(b)"], rendering.Links.Select(l => text[l.Start..l.End]));
        Assert.Equal(network.Measures.Measure(text), rendering.Counts);
        Assert.InRange(rendering.FoldAt ?? 1, 1, text.Length - 1);
    }

    [Fact]
    public async Task Keys_minted_in_the_same_instant_differ()
    {
        var network = await ConnectedAsync();

        var at = new DateTimeOffset(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

        Assert.Equal(2000, Enumerable.Range(0, 2000).Select(_ => ((IMintKeys)network.Channel).Mint(at)).Distinct().Count());
    }
}
