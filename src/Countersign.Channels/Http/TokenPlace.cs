using System.Net.Http.Headers;
using System.Text;

namespace Countersign.Channels.Http;

/// <summary>Where a network gives and renews access, and how it is told which app asks.</summary>
/// <param name="Address">Null where the account does not say on which server it is.</param>
internal sealed record TokenPlace(Func<ConnectedAccount, Uri?> Address, bool InHeader)
{
    /// <summary>The app's name and secret are fields among the others.</summary>
    public static TokenPlace InTheForm(Func<ConnectedAccount, Uri?> address) => new(address, InHeader: false);

    /// <summary>The app's name and secret are a header (RFC 6749, 2.3.1).</summary>
    public static TokenPlace InTheHeader(Func<ConnectedAccount, Uri?> address) => new(address, InHeader: true);

    public HttpRequestMessage Ask(Uri address, string appId, string appSecret, IEnumerable<(string Name, string Value)> fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = SentContent.Form(InHeader ? fields : fields.Append(("client_id", appId)).Append(("client_secret", appSecret))),
        };
        if (InHeader)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(appId)}:{Uri.EscapeDataString(appSecret)}")));
        return request;
    }

    public RenewGrant Renewing(Wire wire) => async (account, old, stop) => Address(account) is { } address
        ? await wire.SendAsync(Ask(address, old.ClientId, old.ClientSecret, [("grant_type", "refresh_token"), ("refresh_token", old.Refresh!)]), null, stop)
        : new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The account names no server."));

    public override string ToString() => nameof(TokenPlace);
}
