using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Mastodon;

/// <summary>The published description of the Mastodon API, as far as we call it, held against calls and answers. What it says is data, with its sources: mastodon-api.json.</summary>
internal sealed partial class MastodonDescription
{
    private readonly JsonObject entities;
    private readonly JsonObject always;

    private MastodonDescription(JsonObject described)
    {
        entities = described["entities"]!.AsObject();
        always = described["anyMethod"]!["answers"]!.AsObject();
        Methods = [.. described["methods"]!.AsArray().Select(method => new DescribedMethod(method!.AsObject()))];
    }

    public static MastodonDescription Published { get; } =
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(Run.Root, "tests", "Countersign.Channels.Tests", "Mastodon", "mastodon-api.json")))!.AsObject());

    public IReadOnlyList<DescribedMethod> Methods { get; }

    public DescribedMethod? Find(HttpMethod verb, string path) => Methods.FirstOrDefault(method => method.Verb == verb.Method && method.Path.IsMatch(path));

    /// <returns>What is wrong with a call; null where nothing is.</returns>
    public string? Misfit(HttpRequestMessage request, string body)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (Find(request.Method, path) is not { } method)
            return $"{request.Method} {path} is not in the description.";
        var wrong = Shown(method, request) ?? Parameters(method.Query, Fields(request.RequestUri.Query.TrimStart('?'))) ?? Body(method, request, body);
        return wrong is null ? null : $"{request.Method} {path}: {wrong}";
    }

    /// <returns>What is wrong with an answer; null where nothing is.</returns>
    public string? Misfit(HttpRequestMessage request, HttpStatusCode status, string answer)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (Find(request.Method, path) is not { } method)
            return null;
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        return (method.Answers[code] ?? always[code])?.GetValue<string>() is not { } type ? $"{request.Method} {path} is not answered {code}"
            : Misfit(JsonNode.Parse(answer), type, $"{request.Method} {path} {code}");
    }

    /// <summary>The fields of an entity, with their types.</summary>
    public IReadOnlyDictionary<string, string> FieldsOf(string entity)
    {
        var described = entities[entity]!.AsObject();
        var fields = described["like"] is { } like ? new Dictionary<string, string>(FieldsOf(like.GetValue<string>()), StringComparer.Ordinal) : [];
        foreach (var (name, type) in described["fields"]!.AsObject())
            fields[name] = type!.GetValue<string>();
        return fields;
    }

    /// <returns>What is wrong with a value; null where nothing is.</returns>
    public string? Misfit(JsonNode? value, string type, string at)
    {
        var kind = type.TrimEnd('?', '~', '!');
        if (value is null)
            return type.Contains('?', StringComparison.Ordinal) ? null : $"{at} is null";
        if (kind.StartsWith('['))
        {
            return value is JsonArray items
                ? items.Select((item, number) => Misfit(item, kind[1..^1], $"{at}/{number}")).FirstOrDefault(wrong => wrong is not null)
                : $"{at} is no list";
        }

        if (entities.ContainsKey(kind))
        {
            return value is JsonObject entity
                ? FieldsOf(kind).Select(field => entity.TryGetPropertyValue(field.Key, out var part) ? Misfit(part, field.Value, $"{at}/{field.Key}") : field.Value.Contains('~', StringComparison.Ordinal) ? null : $"{at}/{field.Key} is missing").FirstOrDefault(wrong => wrong is not null)
                : $"{at} is no {kind}";
        }

        return Fits(value, kind) ? null : $"{at} is {value.ToJsonString()}, no {kind}";
    }

    private static string? Shown(DescribedMethod method, HttpRequestMessage request) =>
        request.Headers.UserAgent.Count == 0 ? "names no program"
        : method.NeedsUser && request.Headers.Authorization is not { Scheme: "Bearer", Parameter.Length: > 0 } ? "shows no token"
        : request.Headers.Contains("Idempotency-Key") && !method.Headers.Contains("Idempotency-Key") ? "takes no key"
        : null;

    private string? Body(DescribedMethod method, HttpRequestMessage request, string body)
    {
        if (body.Length == 0 && method.Body is null)
            return null;
        var kind = request.Content?.Headers.ContentType?.MediaType ?? "nothing";
        if (kind == "multipart/form-data" != method.IsMultipart)
            return $"is sent as {kind}";
        var sent = Sent(kind, body)?.ToList();
        return Parameters(method.Body, sent) ?? (method.Either.Count == 0 || sent!.Exists(field => method.Either.Contains(field.Key)) ? null : $"has none of {string.Join(", ", method.Either)}");
    }

    private string? Parameters(JsonObject? known, IEnumerable<KeyValuePair<string, JsonNode?>>? sent)
    {
        if (sent is null)
            return "cannot be read";
        var fields = sent.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (known?[name] is not { } type)
                return $"{name} is not known";
            if (Misfit(value, type.GetValue<string>(), name) is { } wrong)
                return wrong;
        }

        return known?.FirstOrDefault(field => field.Value!.GetValue<string>().EndsWith('!') && !fields.ContainsKey(field.Key)).Key is { } missing ? $"{missing} is missing" : null;
    }

    /// <summary>The parameters of a body in any of the three forms it may come in (docs.joinmastodon.org/client/intro/#parameters).</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>>? Sent(string kind, string body)
    {
        return kind switch
        {
            "application/json" => JsonNode.Parse(body) as JsonObject,
            "application/x-www-form-urlencoded" => Fields(body),
            "multipart/form-data" => Part().Matches(body).Select(part => KeyValuePair.Create(
                part.Groups["name"].Value,
                (JsonNode?)(part.Groups["file"].Success ? part.Groups["type"].Success ? FileMark : "a file without a type" : Until(body, part.Index + part.Length)))),
            _ => null,
        };

        static string Until(string body, int from) => body[from..body.IndexOf("\r\n--", from, StringComparison.Ordinal)];
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(string form) =>
        form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2)).Select(field => KeyValuePair.Create(Uri.UnescapeDataString(field[0]), (JsonNode?)Uri.UnescapeDataString(field[^1])));

    private const string FileMark = "(a file)";

    private static bool Fits(JsonNode value, string kind)
    {
        var isText = value is JsonValue one && one.TryGetValue<string>(out _);
        var text = isText ? value.GetValue<string>() : value.ToJsonString();
        return kind switch
        {
            "string" or "html" => isText,
            "id" => isText && text.Length > 0,
            "url" => isText && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http",
            "datetime" => isText && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            "language" => isText && Language().IsMatch(text),
            "boolean" => text is "true" or "false",
            "integer" => !isText && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            "file" => text == FileMark,
            "object" => value is JsonObject,
            _ when Range().Match(kind) is { Success: true } range => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= long.Parse(range.Groups["from"].Value, CultureInfo.InvariantCulture) && number <= long.Parse(range.Groups["to"].Value, CultureInfo.InvariantCulture),
            _ => isText && kind.Split('|').Contains(text),
        };
    }

    [GeneratedRegex("^[a-z]{2,3}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Language();

    [GeneratedRegex("^(?<from>[0-9]+)-(?<to>[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();

    [GeneratedRegex("Content-Disposition: form-data; name=\"(?<name>[^\"]*)\"(?<file>; filename=\"[^\"]+\")?(\r\nContent-Type: (?<type>[a-z]+/[a-z0-9.+-]+))?\r\n\r\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Part();
}

/// <summary>One call that the description knows.</summary>
internal sealed class DescribedMethod
{
    public DescribedMethod(JsonObject described)
    {
        Verb = described["method"]!.GetValue<string>();
        Template = described["path"]!.GetValue<string>();
        Path = new Regex($"^{Template.Replace(":id", "[^/]+", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        Source = described["source"]!.GetValue<string>();
        NeedsUser = described["open"]!.GetValue<string>() == "user";
        IsMultipart = described["multipart"] is not null;
        Headers = [.. (described["headers"]?.AsArray() ?? []).Select(header => header!.GetValue<string>())];
        Either = [.. (described["either"]?.AsArray() ?? []).Select(field => field!.GetValue<string>())];
        Query = described["query"]?.AsObject();
        Body = described["body"]?.AsObject();
        Answers = described["answers"]!.AsObject();
    }

    public string Verb { get; }

    public string Template { get; }

    public Regex Path { get; }

    public string Source { get; }

    public bool NeedsUser { get; }

    public bool IsMultipart { get; }

    public IReadOnlyList<string> Headers { get; }

    /// <summary>Parameters of which one must be there.</summary>
    public IReadOnlyList<string> Either { get; }

    public JsonObject? Query { get; }

    public JsonObject? Body { get; }

    public JsonObject Answers { get; }
}
