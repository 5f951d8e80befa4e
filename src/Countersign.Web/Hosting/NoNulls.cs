using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Primitives;

namespace Countersign.Web.Hosting;

/// <summary>Refuses character number 0 in whatever is typed or asked for: no keyboard makes it, and PostgreSQL cannot keep it.</summary>
public sealed class NoNulls(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // What a stranger may not do anyway is not read at all: it may be large.
        if (IsTurnedAway(context) || await IsReadableAsync(context.Request))
            await next(context);
        else
            await ErrorPages.ShowAsync(context, 400, "not-understood", "Not understood", "The form is broken, or a field holds a character that belongs to no text (number 0). Take it out and send the form again. Nothing was changed.");
    }

    private static bool IsTurnedAway(HttpContext context) =>
        context.User.Identity is not { IsAuthenticated: true } && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private static async Task<bool> IsReadableAsync(HttpRequest request)
    {
        try
        {
            return !request.Query.Any(IsIn) && !(request.HasFormContentType && (await request.ReadFormAsync(request.HttpContext.RequestAborted)).Any(IsIn));
        }
        catch (InvalidDataException)
        {
            // What the framework says of an escaped character 0, and of a form that breaks off.
            return false;
        }
    }

    internal static bool IsIn(KeyValuePair<string, StringValues> field) =>
        field.Key.Contains('\0', StringComparison.Ordinal) || field.Value.Any(value => value?.Contains('\0', StringComparison.Ordinal) == true);
}

/// <summary>The same for JSON.</summary>
public sealed class TextWithoutNulls : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is var text && !text!.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw new JsonException("Text without character number 0 was expected.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
}
