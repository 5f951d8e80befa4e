using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace Countersign.Channels.Http;

/// <summary>Calls signed with a key. A server may ask for a number of its own to be signed too: it then refuses the call before looking at it, and the call is made once more with that number (RFC 9449, 8).</summary>
internal sealed class DpopCalls(Wire wire, TimeProvider clock)
{
    /// <summary>The word with which a server asks for its number.</summary>
    public const string AsksForNonce = "use_dpop_nonce";

    /// <summary>What each server last asked for.</summary>
    private readonly ConcurrentDictionary<string, string> nonces = new(StringComparer.Ordinal);

    /// <param name="request">Makes the call anew each time it is asked; it carries no authorisation.</param>
    /// <param name="access">The token bound to the key; null where none is shown.</param>
    public async Task<Reply> SendAsync(Func<HttpRequestMessage> request, DpopKey key, string? access, CancellationToken stop)
    {
        for (var mayRepeat = true; ; mayRepeat = false)
        {
            var call = request();
            var origin = call.RequestUri!.GetLeftPart(UriPartial.Authority);
            call.Headers.Add("DPoP", key.Prove(call.Method, call.RequestUri, nonces.GetValueOrDefault(origin), access, clock.GetUtcNow()));
            if (access is not null)
                call.Headers.Authorization = new AuthenticationHeaderValue("DPoP", access);
            var reply = await wire.SendAsync(call, null, stop);
            if (reply is Reply.Answered { Nonce: { } nonce })
                nonces[origin] = nonce;
            if (!mayRepeat || reply is not Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, Code: AsksForNonce })
                return reply;
        }
    }
}
