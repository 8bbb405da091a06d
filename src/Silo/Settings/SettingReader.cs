using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Reads settings one by one and gathers what is wrong with them, so that a start names every bad setting at once.</summary>
/// <param name="configuration">Where the settings come from.</param>
internal sealed partial class SettingReader(IConfiguration configuration)
{
    /// <summary>What separates roles elsewhere, or is left of a list in another notation.</summary>
    private static readonly SearchValues<char> NotInRoles = SearchValues.Create("*;|\"[]");

    private readonly List<string> _problems = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong, a sentence each, beginning with the name of the setting. Never the value of a secret.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Notes that a setting cannot be used.</summary>
    public void Refuse(string name, string problem) => _problems.Add($"{AsVariable(name)}: {problem}");

    /// <summary>Refuses every setting of a section that nobody has asked for until now. Called once all settings have been read.</summary>
    public void RefuseUnknown(string section)
    {
        foreach (var (name, value) in configuration.GetSection(section).AsEnumerable())
        {
            if (value is not null && !_known.Contains(name))
            {
                var nearest = _known
                    .Where(known => known.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
                    .MinBy(known => DistanceOf(known, name));
                var isNear = nearest is not null && DistanceOf(nearest, name) <= 3;
                Refuse(
                    name,
                    isNear ? $"is not a setting of this program; is {AsVariable(nearest!)} meant?" : "is not a setting of this program.");
            }
        }
    }

    /// <summary>
    /// Refuses a setting outside of the sections whose name is nearly that of one that is not set: what it was meant to say would silently
    /// not be done. Other programs' settings are left alone. Called once all settings have been read.
    /// </summary>
    /// <param name="sections">The sections of this program.</param>
    public void RefuseMisspelt(params string[] sections)
    {
        const int MinLength = 8;
        const int MaxDistance = 2;
        var unset = _known
            .Where(known => known.Length >= MinLength && string.IsNullOrWhiteSpace(configuration[known]))
            .Select(AsVariable)
            .ToList();
        foreach (var (name, value) in configuration.AsEnumerable())
        {
            var variable = AsVariable(name);
            if (value is not null && !_known.Contains(name) && !Array.Exists(sections, section => IsIn(section, name))
                && unset.Where(other => Math.Abs(other.Length - variable.Length) <= MaxDistance)
                    .MinBy(other => DistanceOf(other, variable)) is { } nearest
                && DistanceOf(nearest, variable) <= MaxDistance)
            {
                Refuse(name, $"is not a setting of this program; is {nearest} meant?");
            }
        }

        static bool IsIn(string section, string name) => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether anything of a section is set.</summary>
    public bool HasAny(string section) =>
        configuration.GetSection(section).AsEnumerable().Any(setting => !string.IsNullOrWhiteSpace(setting.Value));

    /// <summary>A text; null where unset or blank.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        return configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

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

    /// <summary>A secret; null where unset or blank. No message repeats it.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="minBytes">How long it has to be, in bytes.</param>
    public string? Secret(string name, int minBytes)
    {
        var secret = Text(name);
        if (secret is not null && SecretRules.FindProblem(secret, minBytes) is { } problem)
        {
            Refuse(name, problem);
        }

        return secret;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Whole(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Refuse(name, $"has to be a whole number from {min} to {max}, not '{text}'.");
        return otherwise;
    }

    /// <summary>A length of time as hours:minutes:seconds.</summary>
    public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan min, TimeSpan max)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        // Parsing alone would take 24:00:00 for 24 days, and 00:45 for 45 minutes.
        if (Time.IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Refuse(name, $"has to be a time such as 00:00:45, from {min:c} to {max:c}, not '{text}'.");
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

        // Parsing alone would take numbers, and several names separated by commas.
        if (Enum.GetNames<TEnum>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<TEnum>(text, ignoreCase: true);
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

        if (TryParseAddress(text, out var address))
        {
            return address;
        }

        Refuse(name, $"has to be an IP address such as 127.0.0.1 or 0.0.0.0, or localhost, not '{text}'.");
        return otherwise;
    }

    /// <summary>An http or https URL, without a user or a password; null where unset.</summary>
    public Uri? HttpUrl(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            Refuse(name, "has to be an http or https URL.");
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            Refuse(name, "must have no user and no password: nobody would be sent them.");
            return null;
        }

        return url;
    }

    /// <summary>Values separated by commas; empty where unset.</summary>
    public IReadOnlyList<string> List(string name)
    {
        if (Text(name)?.Split(',', StringSplitOptions.TrimEntries) is not { } values)
        {
            return [];
        }

        if (values.Contains("", StringComparer.Ordinal))
        {
            Refuse(name, "has an empty value between its commas.");
        }

        if (values.Distinct(StringComparer.Ordinal).Count() < values.Length)
        {
            Refuse(name, "names a value twice.");
        }

        return [.. values.Where(value => value.Length > 0)];
    }

    /// <summary>The names of roles, separated by commas; empty where unset.</summary>
    public IReadOnlyList<string> Roles(string name)
    {
        var roles = List(name);
        if (roles.FirstOrDefault(role => role.AsSpan().ContainsAny(NotInRoles)) is { } odd)
        {
            Refuse(name, $"has to be names of roles, separated by commas; '{odd}' is none.");
        }

        return roles;
    }

    /// <summary>IP addresses and networks (as 10.0.0.0/8), separated by commas, or <c>none</c>.</summary>
    public IReadOnlyList<IPNetwork> Networks(string name, IReadOnlyList<IPNetwork> otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (string.Equals(text, "none", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        var networks = new List<IPNetwork>();
        foreach (var part in List(name))
        {
            if (TryParseAddress(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            }
            else if (TryParseAddress(part.Split('/')[0], out _) && IPNetwork.TryParse(part, out var network))
            {
                networks.Add(network);
            }
            else
            {
                Refuse(
                    name, $"has to be IP addresses or networks such as 10.0.0.0/8, separated by commas, or 'none'; '{part}' is neither.");
            }
        }

        return networks;
    }

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        Refuse(name, $"has to be True or False, not '{text}'.");
        return otherwise;
    }

    /// <summary>
    /// Parsing alone would take 10.0.0 for 10.0.0.0, 010.0.0.1 for 8.0.0.1, and any number for an address: whoever leaves something out
    /// would get another address than was meant.
    /// </summary>
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text);

    /// <summary>A length of time: days, where there are any, hours from 0 to 23, minutes and seconds.</summary>
    [GeneratedRegex(
        @"^([0-9]{1,5}\.)?([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,7})?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time { get; }

    /// <summary>The name as an environment variable has it.</summary>
    private static string AsVariable(string name) => name.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>How many characters have to be added, left out or replaced to make one text of the other (Levenshtein distance).</summary>
    private static int DistanceOf(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 0; i < one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(one[i]) == char.ToLowerInvariant(other[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
