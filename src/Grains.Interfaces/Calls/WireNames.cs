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
    /// <summary>What a value is called that only a newer version of this service knows.</summary>
    public const string Unknown = "unknown";

    /// <summary>The wire name of a value; <see cref="Unknown"/> for one that is not the enum's, such as a newer silo may send.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Map<TEnum>.Names.TryGetValue(value, out var name)
            ? name
            : Unknown;

    /// <summary>The wire name of a value that is to be written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Only a newer version knows the value: it is never overwritten.</exception>
    public static string ToWrite<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Of(value) is var name && name != Unknown
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), $"This version cannot write the {typeof(TEnum).Name} {value}.");

    /// <summary>The value with this wire name in a row; the enum's member <c>Unknown</c> where a newer version has written it.</summary>
    public static TEnum Parse<TEnum>(string name)
        where TEnum : struct, Enum => TryParse<TEnum>(name, out var value) ? value : Map<TEnum>.UnknownValue;

    /// <summary>The value itself; the enum's member <c>Unknown</c> for one that is not the enum's, such as a newer silo may send.</summary>
    public static TEnum Known<TEnum>(TEnum value)
        where TEnum : struct, Enum => Map<TEnum>.Names.ContainsKey(value) ? value : Map<TEnum>.UnknownValue;

    /// <summary>The names that may be asked for: all but <see cref="Unknown"/>.</summary>
    public static IEnumerable<string> All<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(Of).Where(name => name != Unknown);

    /// <summary>Finds the value with this wire name, other than <see cref="Unknown"/>; upper and lower case differ.</summary>
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
            Names.Where(pair => pair.Value != Unknown).ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public static readonly TEnum UnknownValue = (TEnum)Enum.ToObject(typeof(TEnum), -1);

        private static string NameOf(TEnum value)
        {
            var member = Enum.GetName(value)!;
            return typeof(TEnum).GetField(member)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? member;
        }
    }
}
