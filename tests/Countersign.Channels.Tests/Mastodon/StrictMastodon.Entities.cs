using System.Globalization;
using System.Text.Json.Nodes;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>What the fake says of itself, whole: every field that the description requires.</summary>
internal sealed partial class StrictMastodon
{
    private const string Instance = """
        {"domain":"mastodon.example.test","title":"Example","version":"4.5.0","source_url":"https://github.com/mastodon/mastodon","description":"A fake.","usage":{"users":{"active_month":1}},
         "thumbnail":{"url":"https://files.example.test/thumbnail.png"},"languages":["en"],"registrations":{"enabled":false,"approval_required":false,"message":null},"contact":{"email":"x@example.test","account":null},"rules":[],
         "configuration":{"urls":{"streaming":"wss://mastodon.example.test"},"accounts":{"max_featured_tags":10},"statuses":{"max_characters":500,"max_media_attachments":4,"characters_reserved_per_url":23},
          "media_attachments":{"supported_mime_types":["image/jpeg","image/png"],"description_limit":1500,"image_size_limit":16777216,"image_matrix_limit":33177600,"video_size_limit":103809024,"video_frame_rate_limit":120,"video_matrix_limit":8294400},
          "polls":{"max_options":4,"max_characters_per_option":50,"min_expiration":300,"max_expiration":2629746},"translation":{"enabled":false}}}
        """;

    private const string OldInstance = """
        {"uri":"mastodon.example.test","title":"Example","short_description":"","description":"A fake.","email":"x@example.test","version":"3.3.0","urls":{"streaming_api":"wss://mastodon.example.test"},"stats":{"user_count":1,"status_count":1,"domain_count":1},
         "thumbnail":null,"languages":["en"],"registrations":false,"approval_required":false,"invites_enabled":false,"contact_account":null,"rules":[],"max_toot_chars":400}
        """;

    private static JsonObject Owner() => JsonNode.Parse($$$"""
        {"id":"{{{AccountId}}}","username":"newsdesk","acct":"newsdesk","url":"https://mastodon.example.test/@newsdesk","display_name":"News Desk","note":"","avatar":"https://files.example.test/a.png","avatar_static":"https://files.example.test/a.png",
         "header":"https://files.example.test/h.png","header_static":"https://files.example.test/h.png","locked":false,"fields":[],"emojis":[],"bot":false,"group":false,"discoverable":null,"created_at":"2024-05-01T00:00:00.000Z","last_status_at":null,
         "statuses_count":0,"followers_count":0,"following_count":0,"source":{"privacy":"public","sensitive":false,"language":null,"note":"","fields":[]}}
        """)!.AsObject();

    private static JsonObject Attachment(string id, string? url, string? description) => new()
    {
        ["id"] = id,
        ["type"] = "image",
        ["url"] = url,
        ["preview_url"] = url,
        ["remote_url"] = null,
        ["meta"] = new JsonObject(),
        ["description"] = description,
        ["blurhash"] = null,
    };

    /// <summary>A post of the account with nothing in it yet.</summary>
    private JsonObject Fresh(string id)
    {
        var account = Owner();
        account.Remove("source");
        return new JsonObject
        {
            ["id"] = id,
            ["uri"] = $"https://mastodon.example.test/users/newsdesk/statuses/{id}",
            ["url"] = $"https://mastodon.example.test/@newsdesk/{id}",
            ["created_at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["edited_at"] = null,
            ["account"] = account,
            ["content"] = "",
            ["visibility"] = "public",
            ["sensitive"] = false,
            ["spoiler_text"] = "",
            ["language"] = null,
            ["media_attachments"] = new JsonArray(),
            ["mentions"] = new JsonArray(),
            ["tags"] = new JsonArray(),
            ["emojis"] = new JsonArray(),
            ["reblogs_count"] = 0,
            ["favourites_count"] = 0,
            ["replies_count"] = 0,
            ["in_reply_to_id"] = null,
            ["in_reply_to_account_id"] = null,
            ["reblog"] = null,
            ["poll"] = null,
            ["card"] = null,
        };
    }
}
