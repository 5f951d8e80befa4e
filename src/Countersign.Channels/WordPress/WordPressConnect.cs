using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>Connects an account: finds the site's interface, signs in with an application password, reads the account back, and leaves the site as it was.</summary>
internal sealed class WordPressConnect(WordPressSite site)
{
    /// <summary>What posting, showing pictures, correcting and taking down need. A site's authors hold all of them, its contributors do not.</summary>
    public static readonly IReadOnlyList<string> Needed = ["publish_posts", "upload_files", "edit_published_posts", "delete_published_posts"];

    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop)
    {
        if (request.Server is not { } given || !Servers.MayBeTrusted(given))
            return new ConnectOutcome.Refused("bad-server", "Give the site as an https address, such as https://news.example.org.");
        var home = WordPressSite.Base(given);
        if (Names(request.Handle.Trim(), At(home)) is not [var user, ..] names)
            return new ConnectOutcome.Refused("no-handle", "Give the name that the account signs in with on the site.");
        if (string.IsNullOrWhiteSpace(request.Secret))
            return new ConnectOutcome.Refused("no-password", "Give an application password. The site makes one under Users, Profile, Application Passwords.");

        var (root, refusal) = await RootAsync(home, stop);
        if (root is null)
            return refusal!;
        var secret = new WordPressSecret(user, request.Secret.Trim(), root);
        var answer = await ReadBackAsync(home, secret, stop);

        return answer is ConnectOutcome.Refused { Code: "wrong-password" } && names.Count > 1 ? await ReadBackAsync(home, secret with { User = names[1] }, stop) : answer;
    }

    /// <summary>What the account may not do of what is needed, in the site's own words.</summary>
    public static IReadOnlyList<string> Missing(Reply.Answered me) =>
        [.. Needed.Where(capability => me.Body.At("capabilities", capability) is not { ValueKind: JsonValueKind.True })];

    /// <summary>The name as we show it is taken too. It may as well be somebody's e-mail address, which a site takes for a name; a name with a colon cannot be given to a site at all.</summary>
    private static List<string> Names(string typed, string at)
    {
        List<string> names = [typed];
        if (typed.EndsWith(at, StringComparison.OrdinalIgnoreCase))
            names.Add(typed[..^at.Length]);
        return [.. names.Where(name => name.Length > 0 && !name.Contains(':', StringComparison.Ordinal))];
    }

    private static string At(Uri home) => $"@{home.Authority}{home.AbsolutePath.TrimEnd('/')}";

    private async Task<(Uri? Root, ConnectOutcome.Refused? Refusal)> RootAsync(Uri home, CancellationToken stop)
    {
        Reply? reply = null;
        foreach (var root in (Uri[])[new(home, "wp-json/"), new(home, "?rest_route=/")])
        {
            reply = await site.AskAsync(root, "", null, stop);
            if (reply is Reply.Answered { Ok: true } index && index.Body.ItemsAt("namespaces").Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals("wp/v2")))
            {
                return index.Body.At("authentication", "application-passwords") is not null
                    ? (root, null)
                    : (null, new("no-app-passwords", $"{home.Host} takes no application passwords: they are switched off there, or the site is not on https."));
            }

            if (reply is not Reply.Answered)
                break;
        }

        return (null, reply switch
        {
            Reply.Answered { Status: HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect } =>
                new("moved", $"{home.Host} sends callers on to another address. Give the address that a browser shows in the end."),
            Reply.Answered { Status: HttpStatusCode.TooManyRequests } => new("rate-limited", "The site asks us to slow down. Try again in five minutes."),
            Reply.Answered => new("not-wordpress", $"{home.Host} answered, but not as a WordPress site does. Check its address, and that its REST interface is not switched off."),
            _ => new("unreachable", $"{home.Host} could not be reached. Check its address and this machine's way to it."),
        });
    }

    private async Task<ConnectOutcome> ReadBackAsync(Uri home, WordPressSecret secret, CancellationToken stop)
    {
        var reply = await site.AskAsync(secret.Root, "wp/v2/users/me?context=edit", secret, stop);
        if (reply is Reply.Answered { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden })
            return new ConnectOutcome.Refused("wrong-password", "The name or the application password is wrong. It is not the password the account signs in with: the site makes one under Users, Profile, Application Passwords.");
        if (reply is not Reply.Answered { Ok: true } me || me.Body.NumberAt("id") is not { } id || me.Text("username") is not { Length: > 0 } name)
            return new ConnectOutcome.Refused("unreachable", $"{home.Host} did not answer as it should. Nothing was connected.");
        if (Missing(me) is { Count: > 0 } missing)
            return new ConnectOutcome.Refused("missing-permission", $"On this site the account may not do what publishing needs ({string.Join(", ", missing)}). Make it an author or an editor there.");
        return new ConnectOutcome.Connected(WordPressSite.RemoteIdOf($"{id}", home), name + At(home), me.Text("name"))
        {
            Secret = secret.ToJson(),
            Server = home,
        };
    }
}
