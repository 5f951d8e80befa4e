using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Countersign.Web.Tests.Shared;

/// <summary>A browser without script: keeps cookies, follows redirects, fills in forms as they stand on the page (their token included).</summary>
public sealed class Visitor : IDisposable
{
    private const int MaxRedirects = 8;

    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };

    public Visitor(Uri address) => Http = new HttpClient(handler) { BaseAddress = address };

    /// <summary>For what a form cannot do. Redirects are not followed here.</summary>
    public HttpClient Http { get; }

    public CookieContainer Cookies => handler.CookieContainer;

    public Task<Page> OpenAsync(string path) => FollowAsync(new HttpRequestMessage(HttpMethod.Get, Local(path)));

    /// <summary>Sends a form of the page with what stands in it.</summary>
    /// <param name="form">A selector.</param>
    /// <param name="changes">Replace every field of their name; a name that is not there is added, as a pressed button would be. A null value leaves the field out, as an unticked box. "formaction" is where the pressed button sends it.</param>
    public Task<Page> SubmitAsync(Page page, string form, params (string Name, string? Value)[] changes) =>
        SubmitAsync(page, form, null, changes);

    /// <param name="file">A file put into the field of that name.</param>
    public async Task<Page> SubmitAsync(Page page, string form, (string Field, byte[] Bytes, string Name)? file, params (string Name, string? Value)[] changes)
    {
        var element = page.Document.QuerySelector(form) as IHtmlFormElement
            ?? throw new InvalidOperationException($"There is no {form} on {page.Path} ({page.Status}): {page.Document.Body?.TextContent}");
        var action = changes.FirstOrDefault(change => change.Name == "formaction").Value ?? element.GetAttribute("action") ?? page.Path;
        changes = [.. changes.Where(change => change.Name != "formaction")];
        var names = changes.Select(change => change.Name).ToHashSet(StringComparer.Ordinal);
        var fields = Fields(page.Document, element).Where(field => !names.Contains(field.Name))
            .Concat(changes.Where(change => change.Value is not null).Select(change => (change.Name, Value: change.Value!)))
            .ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, Local(action)) { Content = Content(element, fields, file) };
        return await FollowAsync(request);
    }

    public void Dispose()
    {
        Http.Dispose();
        handler.Dispose();
    }

    private static HttpContent Content(IHtmlFormElement form, List<(string Name, string Value)> fields, (string Field, byte[] Bytes, string Name)? file)
    {
        if (file is null && form.GetAttribute("enctype") != "multipart/form-data")
            return new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), $"\"{name}\"");
        if (file is var (fileField, bytes, fileName))
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Add(part, $"\"{fileField}\"", $"\"{fileName}\"");
        }

        return content;
    }

    /// <summary>What a browser would send for a form, no button pressed.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(IDocument document, IHtmlFormElement form) =>
        document.QuerySelectorAll("input, textarea, select")
            .Where(field => Owner(field) == form && field.GetAttribute("name") is { Length: > 0 } && !field.HasAttribute("disabled"))
            .Where(field => field is not IHtmlInputElement { Type: "submit" or "button" or "file" or "image" })
            .Where(field => field is not IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false })
            .Select(field => (field.GetAttribute("name")!, field switch
            {
                IHtmlTextAreaElement area => area.Value,
                IHtmlSelectElement select => select.Value ?? "",
                _ => ((IHtmlInputElement)field).Value,
            }));

    private static IHtmlFormElement? Owner(IElement field) => field switch
    {
        IHtmlInputElement input => input.Form,
        IHtmlTextAreaElement area => area.Form,
        IHtmlSelectElement select => select.Form,
        _ => null,
    };

    private static Uri Local(string path) => new(path, UriKind.Relative);

    private async Task<Page> FollowAsync(HttpRequestMessage request)
    {
        var response = await Http.SendAsync(request);
        var path = request.RequestUri!;
        for (var step = 0; response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect && step < MaxRedirects; step++)
        {
            path = response.Headers.Location!;
            response.Dispose();
            response = await Http.GetAsync(path);
        }

        using (response)
        {
            var address = path.IsAbsoluteUri ? path.PathAndQuery : path.OriginalString;
            return new Page(response.StatusCode, address, await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync()));
        }
    }
}

/// <param name="Path">Where the visitor ended up.</param>
public sealed record Page(HttpStatusCode Status, string Path, IDocument Document)
{
    /// <summary>What the page says, without its markup.</summary>
    public string Text => Document.Body?.TextContent ?? "";

    public string PathOnly => Path.Split('?', '#')[0];

    /// <summary>What stands in a field.</summary>
    public string Value(string selector) => One(selector) switch
    {
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value ?? "",
        IHtmlInputElement input => input.Value,
        var other => throw new InvalidOperationException($"{selector} is a {other.LocalName}, no field."),
    };

    public IElement One(string selector) =>
        Document.QuerySelector(selector) ?? throw new InvalidOperationException($"There is no {selector} on {Path} ({Status}): {Text}");
}
