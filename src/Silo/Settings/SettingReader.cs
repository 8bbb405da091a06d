using System.Globalization;
using System.Net;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Reads settings one by one and gathers what is wrong with them, so that a start names every bad setting at once.</summary>
/// <param name="configuration">Where the settings come from.</param>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _problems = [];

    /// <summary>What is wrong, a sentence each, beginning with the name of the setting. Never the value of a secret.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Notes that a setting cannot be used.</summary>
    public void Refuse(string name, string problem) => _problems.Add($"{name}: {problem}");

    /// <summary>A text; null where unset or blank.</summary>
    public string? Text(string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>A text that has to be there.</summary>
    public string Required(string name, string purpose)
    {
        if (Text(name) is { } value)
        {
            return value;
        }

        Refuse(name, $"is not set; {purpose}.");
        return "";
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Refuse(name, $"has to be a whole number from {least} to {most}, not '{text}'.");
        return otherwise;
    }

    /// <summary>A length of time as hours:minutes:seconds.</summary>
    public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && text.Contains(':') && value >= least && value <= most)
        {
            return value;
        }

        Refuse(name, $"has to be a time such as 00:00:45, from {least:c} to {most:c}, not '{text}'.");
        return otherwise;
    }

    /// <summary>One of an enumeration's names.</summary>
    public TEnum Choice<TEnum>(string name, TEnum otherwise)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (Enum.TryParse<TEnum>(text, ignoreCase: true, out var value) && Enum.IsDefined(value))
        {
            return value;
        }

        Refuse(name, $"has to be one of {string.Join(", ", Enum.GetNames<TEnum>())}, not '{text}'.");
        return otherwise;
    }

    /// <summary>An IP address, or <c>localhost</c>.</summary>
    public IPAddress Address(string name, IPAddress otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        Refuse(name, $"has to be an IP address such as 127.0.0.1 or 0.0.0.0, or localhost, not '{text}'.");
        return otherwise;
    }

    /// <summary>An http or https URL; null where unset.</summary>
    public Uri? HttpUrl(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        Refuse(name, "has to be an http or https URL.");
        return null;
    }

    /// <summary>Values separated by commas; empty where unset.</summary>
    public IReadOnlyList<string> List(string name) =>
        Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
