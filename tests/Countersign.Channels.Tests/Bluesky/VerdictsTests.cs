using System.Net;
using System.Text.Json;
using Countersign.Channels.Bluesky;
using Countersign.Channels.Http;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Every status with every code, known or not: what is not on the list is unknown.</summary>
public sealed class VerdictsTests
{
    private const string Place = "at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a";

    /// <summary>All that may be sent again or given up without looking: status, code ("*" for any), outcome.</summary>
    private static readonly (int Status, string Code, string Outcome)[] listed =
    [
        (429, "*", "NotSent RateLimited"),
        (400, "ExpiredToken", "NotSent AuthNotRefreshed"),
        (400, "InvalidToken", "NotSent AuthNotRefreshed"),
        (401, "AuthMissing", "NotSent AuthNotRefreshed"),
        (400, "BlobNotFound", "NotSent MediaNotReady"),
        (401, "AuthenticationRequired", "Rejected PermissionMissing"),
        (401, "AccountTakedown", "Rejected AccountRestricted"),
        (401, "AccountDeactivated", "Rejected AccountRestricted"),
        (401, "AccountSuspended", "Rejected AccountRestricted"),
        (400, "InvalidRequest", "Rejected Misconfigured"),
        (400, "BlobTooLarge", "Rejected MediaInvalid"),
        (400, "InvalidMimeType", "Rejected MediaInvalid"),
    ];

    private static readonly string?[] codes = [.. listed.Select(l => l.Code), "InvalidSwap", "InternalServerError", "RateLimitExceeded", "UpstreamFailure", "SomethingNew", "expiredtoken", "", null];

    [Fact]
    public void Only_what_is_listed_is_anything_but_unknown()
    {
        for (var status = 200; status < 600; status++)
        {
            foreach (var code in codes)
            {
                var expected = listed.FirstOrDefault(l => l.Status == status && (l.Code == "*" || l.Code == code)).Outcome ?? "Unknown";
                Assert.Equal((status, code, expected), (status, code, Word(Verdict(status, JsonSerializer.SerializeToElement(new { error = code, message = "Record was at 490: ExpiredToken RateLimitExceeded" })))));
            }
        }
    }

    [Fact]
    public void Only_200_with_our_own_place_and_a_content_id_is_accepted()
    {
        for (var status = 200; status < 600; status++)
            Assert.Equal(status == 200, Verdict(status, JsonSerializer.SerializeToElement(new { uri = Place, cid = "bafy" })) is Outcome.Accepted);

        Assert.IsType<Outcome.Unknown>(Verdict(200, JsonSerializer.SerializeToElement(new { uri = Place + "x", cid = "bafy" })));
        Assert.IsType<Outcome.Unknown>(Verdict(200, JsonSerializer.SerializeToElement(new { uri = Place, cid = "" })));
    }

    private static Outcome Verdict(int status, JsonElement body) =>
        Verdicts.OfWrite(new Reply.Answered((HttpStatusCode)status, body, null), Place, Some.Words("Fine"), () => "https://example.test/");

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.NotSent { Kind: var kind } => $"NotSent {kind}",
        Outcome.Rejected { Kind: var kind } => $"Rejected {kind}",
        _ => outcome.GetType().Name,
    };
}
