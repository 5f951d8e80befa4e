using System.Net;
using Countersign.Web.Hosting;
using Countersign.Web.Tests.Shared;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Web.Tests.Hosting;

/// <summary>Every route the program maps, asked by everybody: nobody, and a person of each role of the demo organisation.</summary>
public sealed class EveryRouteTests(ADemo demo) : IClassFixture<ADemo>
{
    /// <summary>What a stranger may reach; anything else that answers them is a leak. A prefix ends with a star.</summary>
    private static readonly string[] open =
        ["/setup", "/setup/demo", "/sign-in", "/sign-out", "/theme", "/health", "/invitation/{token}", "/newsroom*", "/witness/add-checkpoint", "/calendar/feeds/{token}.ics", "/oauth/{network}-client.json"];

    [Fact]
    public async Task Only_the_pages_meant_for_strangers_answer_a_stranger()
    {
        var program = demo.Program;
        using var stranger = program.Visit();
        var leaks = new List<string>();
        foreach (var (method, pattern) in Routes().Where(route => !IsOpen(route.Pattern)))
        {
            using var answer = await stranger.Http.SendAsync(Request(method, pattern));
            var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed
                || (answer.StatusCode is HttpStatusCode.Found && answer.Headers.Location!.ToString().StartsWith("/sign-in", StringComparison.Ordinal));
            if (!refused)
                leaks.Add($"{method} {pattern}: {(int)answer.StatusCode} {answer.Headers.Location}");
        }

        Assert.Empty(leaks);
    }

    [Fact]
    public async Task No_route_fails_for_any_role_and_none_takes_a_form_without_its_token()
    {
        var program = demo.Program;
        using var stranger = program.Visit();
        var people = (await stranger.OpenAsync("/sign-in")).Document.QuerySelectorAll("input[name=email][type=hidden]").Select(field => field.GetAttribute("value")!).ToList();
        Assert.True(people.Count >= 8, "The demo organisation has people in every role.");

        var wrong = new List<string>();
        foreach (var email in people)
        {
            using var person = await program.SignInAsync(email);
            foreach (var (method, pattern) in Routes().Where(route => route.Pattern is not ("/events" or "/sign-out")))
            {
                using var answer = await person.Http.SendAsync(Request(method, pattern), HttpCompletionOption.ResponseHeadersRead);
                var fails = (int)answer.StatusCode >= 500;
                var forged = method == "POST" && !pattern.StartsWith("/api/", StringComparison.Ordinal) && answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
                if (fails || forged)
                    wrong.Add($"{email}: {method} {pattern}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }

    private static bool IsOpen(string pattern) =>
        open.Any(allowed => allowed.EndsWith('*') ? pattern.StartsWith(allowed[..^1], StringComparison.Ordinal) : pattern == allowed);

    private static HttpRequestMessage Request(string method, string pattern)
    {
        var path = string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? Example(part) : part));
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET")
            request.Content = pattern.StartsWith("/api/", StringComparison.Ordinal) ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : new FormUrlEncodedContent([]);
        return request;
    }

    private static string Example(string part) => part.Contains("guid", StringComparison.Ordinal) ? Guid.Empty.ToString()
        : part.Contains("long", StringComparison.Ordinal) || part.Contains("int", StringComparison.Ordinal) ? "0"
        : "none";

    private static IReadOnlyList<(string Method, string Pattern)> Routes()
    {
        using var app = Server.Build(new ServerOptions(Path.GetTempPath(), null, new Uri("http://127.0.0.1:0"), null));
        return [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Concat(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints))
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method is not "HEAD").Select(method => (method, endpoint.RoutePattern.RawText!.StartsWith('/') ? endpoint.RoutePattern.RawText! : "/" + endpoint.RoutePattern.RawText)))
            .Where(route => !route.Item2.Contains("{**", StringComparison.Ordinal))
            .Distinct()
            .Order()];
    }
}
