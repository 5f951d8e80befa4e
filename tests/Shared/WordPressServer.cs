using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Countersign.Tests.Shared;

/// <summary>
/// A real WordPress from Debian with a MariaDB of its own. It listens on 127.0.0.1 only, keeps its data in a folder that is removed,
/// and ends with the test process, also when that is killed, because its input ends. The first start installs it (ten seconds); later ones copy that.
/// </summary>
public sealed class WordPressServer : IAsyncDisposable
{
    private static readonly SemaphoreSlim starting = new(1, 1);
    private static WordPressServer? shared;

    private readonly Process process;
    private readonly Dictionary<string, string> passwords;
    private readonly HttpClient http;

    private WordPressServer(Process process, Uri server, Dictionary<string, string> passwords)
    {
        (this.process, Server, this.passwords) = (process, server, passwords);
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false }) { BaseAddress = server };
    }

    /// <summary>Such as http://127.0.0.1:41249/. Its accounts are admin, edith (an editor), amy (an author), carl (a contributor) and rita (a subscriber).</summary>
    public Uri Server { get; }

    /// <summary>The one server of this test process, started by the first test that asks. Skips the test where it is not installed.</summary>
    public static async Task<WordPressServer> SharedAsync()
    {
        await starting.WaitAsync();
        try
        {
            return shared ??= await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A server for one test, which disposes it.</summary>
    public static async Task<WordPressServer> StartAsync()
    {
        const string program = "/usr/share/wordpress";
        var database = Installed.Find(["mariadbd"], ["/usr/sbin"]);
        if (database is null || Installed.Find(["php"]) is null || !Directory.Exists(program + "/wp-content/themes/twentytwentyone"))
            Run.Lacks("WordPress is not installed (Debian: wordpress wordpress-theme-twentytwentyone mariadb-server php-cli php-mysql php-gd php-xml php-mbstring php-curl).");

        var source = Path.Combine(Run.Root, "tests", "servers", "wordpress");
        byte[] made = [.. await File.ReadAllBytesAsync(program + "/wp-includes/version.php"), .. await File.ReadAllBytesAsync(Path.Combine(source, "install.php")), .. BitConverter.GetBytes(new FileInfo(database).Length)];
        var (port, folder) = (Ports.Free(), Path.Combine(Path.GetTempPath(), $"countersign-wordpress-{Guid.NewGuid():N}"));
        var template = Path.Combine(Run.Work, "wordpress", Convert.ToHexStringLower(SHA256.HashData(made))[..16]);
        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(source, "serve.sh"), folder, $"{port}", program, template])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        var said = process.StandardError.ReadToEndAsync();
        Dictionary<string, string> passwords = [];
        while (passwords.Count < 5)
        {
            if (await process.StandardOutput.ReadLineAsync() is not { } line)
                throw new InvalidOperationException($"WordPress did not start: {await said}");
            if (line.Split(' ', ':') is ["account", var name, var password])
                passwords[name] = password;
        }

        var server = new WordPressServer(process, new Uri($"http://127.0.0.1:{port}/"), passwords);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>The application password of an account.</summary>
    public string PasswordOf(string name) => passwords[name];

    /// <summary>Asks as one of the site's people would, past the connector under test.</summary>
    /// <param name="path">Below wp-json/, such as "wp/v2/posts".</param>
    /// <param name="body">Sent as JSON where there is one.</param>
    public async Task<JsonElement> AskAsync(string by, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("/wp-json/" + path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{by}:{passwords[by]}")));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(answer)
            : throw new InvalidOperationException($"{method} {path} answered {(int)response.StatusCode}: {answer}");
    }

    /// <summary>Every article under a slug and under what the site makes of it for a second one, as it keeps them, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListUnderAsync(string slug)
    {
        var slugs = string.Join(',', Enumerable.Range(1, 12).Select(copy => copy == 1 ? slug : $"{slug}-{copy}"));
        return [.. (await AskAsync("admin", HttpMethod.Get, $"wp/v2/posts?slug={slugs}&status=any&context=edit&per_page=100")).EnumerateArray()];
    }

    /// <summary>The page of an article as a reader without an account gets it.</summary>
    public async Task<string> ReadPageAsync(string address) => await http.GetStringAsync(new Uri(address));

    public async Task<byte[]> ReadFileAsync(string address) => await http.GetByteArrayAsync(new Uri(address));

    /// <summary>What a reader without an account does with the form below an article. The site holds it until somebody lets it through.</summary>
    public async Task CommentAsync(long article, string author, string text)
    {
        // Each from an address of its own (127.0.0.0/8 is all this machine): a site takes one every fifteen seconds from one reader.
        using var reader = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(new IPAddress([127, .. RandomNumberGenerator.GetBytes(2), 2]), 0));
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await reader.PostAsync(new Uri(Server, "/wp-comments-post.php"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["comment_post_ID"] = $"{article}",
            ["comment_parent"] = "0",
            ["author"] = author,
            ["email"] = $"{Guid.NewGuid():N}@readers.example.test",
            ["comment"] = text,
        }));
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"The comment was refused with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Another application password of an account.</summary>
    /// <returns>The password, and what takes it away again.</returns>
    public async Task<(string Password, Func<Task> RevokeAsync)> NewPasswordAsync(string name)
    {
        var made = await AskAsync(name, HttpMethod.Post, "wp/v2/users/me/application-passwords", new { name = $"another {Guid.NewGuid():N}" });
        return (made.GetProperty("password").GetString()!, () => AskAsync(name, HttpMethod.Delete, $"wp/v2/users/me/application-passwords/{made.GetProperty("uuid").GetString()}"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private async Task ReadyAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/wp-json/", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 200)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }
    }
}
