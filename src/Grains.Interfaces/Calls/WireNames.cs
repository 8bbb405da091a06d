using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>
/// The names of enum values on the wire and in the database: those of their <see cref="JsonStringEnumMemberNameAttribute"/>,
/// else their own.
/// </summary>
public static class WireNames
{
    /// <summary>The wire name of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enum's.</exception>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Map<TEnum>.Names.TryGetValue(value, out var name)
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Not a {typeof(TEnum).Name}.");

    /// <summary>The value with this wire name; upper and lower case differ.</summary>
    /// <exception cref="FormatException">No value has this name.</exception>
    public static TEnum Parse<TEnum>(string name)
        where TEnum : struct, Enum =>
        TryParse<TEnum>(name, out var value) ? value : throw new FormatException($"'{name}' is not a {typeof(TEnum).Name}.");

    /// <summary>Finds the value with this wire name; upper and lower case differ.</summary>
    /// <returns>False when no value has this name.</returns>
    public static bool TryParse<TEnum>(string? name, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return name is not null && Map<TEnum>.Values.TryGetValue(name, out value);
    }

    private static class Map<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> Names =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, NameOf);

        public static readonly FrozenDictionary<string, TEnum> Values =
            Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        private static string NameOf(TEnum value)
        {
            var member = Enum.GetName(value)!;
            return typeof(TEnum).GetField(member)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? member;
        }
    }
}
