using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>A value kept as JSON text in one column: lists and records that belong to their row and are replaced as a whole, never changed in place.</summary>
public static class JsonColumn
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property)
    {
        property.HasConversion(value => JsonSerializer.Serialize(value, Options), text => JsonSerializer.Deserialize<T>(text, Options)!);
        property.Metadata.SetValueComparer(new ValueComparer<T>(
            (one, other) => ReferenceEquals(one, other),
            value => value == null ? 0 : value.GetHashCode(),
            value => value));
        return property;
    }
}
