using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Grains.Media;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Reads <c>Calls__IceServers</c> and <c>Calls__TurnSecret</c>. No message repeats a value, which may hold a password.</summary>
internal static partial class IceServerSettings
{
    private const string Name = "Calls:IceServers";
    private const string SecretName = "Calls:TurnSecret";

    /// <summary>How many bytes a secret has to have that is shared with a TURN server.</summary>
    private const int MinSecretBytes = 16;

    private const string Form =
        "has to be STUN and TURN URLs separated by commas, or a JSON list of {\"urls\", \"username\", \"credential\", \"secret\"}";

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the servers. A TURN server without a user of its own shares <c>Calls__TurnSecret</c> with this service.</summary>
    /// <returns>The servers; empty where there are none, or where one is bad.</returns>
    public static IReadOnlyList<IceServerOptions> Read(SettingReader read)
    {
        var shared = read.Secret(SecretName, MinSecretBytes);
        var servers = ReadServers(read).ConvertAll(server => NeedsSecret(server) ? server with { Secret = shared } : server);
        if (FindProblem(servers) is { } problem)
        {
            read.Refuse(Name, problem);
            return [];
        }

        if (shared is not null && !servers.Exists(server => server.Secret == shared))
        {
            read.Refuse(SecretName, "is set, but Calls__IceServers names no turn: server that would use it.");
        }

        return servers;
    }

    private static List<IceServerOptions> ReadServers(SettingReader read)
    {
        if (read.Text(Name) is not { } text)
        {
            return [];
        }

        if (!text.StartsWith('['))
        {
            // One server for each URL: a user or a secret belongs to those of TURN alone.
            var urls = read.List(Name);
            var stun = urls.Where(url => !IsTurn(url)).ToArray();
            var turn = urls.Where(IsTurn).ToArray();
            return [.. new[] { stun, turn }.Where(some => some.Length > 0).Select(some => new IceServerOptions(some))];
        }

        try
        {
            return JsonSerializer.Deserialize<List<Entry?>>(text, Json)!
                .ConvertAll(entry => new IceServerOptions(entry?.ReadUrls() ?? [], entry?.Username, entry?.Credential, entry?.Secret));
        }
        catch (JsonException)
        {
            read.Refuse(Name, Form + ".");
            return [];
        }
    }

    /// <summary>What is wrong with the servers: browsers throw for one that they do not understand, and no call is possible then.</summary>
    private static string? FindProblem(List<IceServerOptions> servers)
    {
        var urls = servers.SelectMany(server => server.Urls).ToList();
        if (servers.Exists(server => server.Urls.Count == 0))
        {
            return $"{Form}; an entry has no URL.";
        }

        if (urls.FindIndex(url => !IsUsable(url)) is >= 0 and var bad)
        {
            return $"{Form}; URL {bad + 1} is not one such as stun:host:3478, turn:host:3478?transport=udp or turns:host.";
        }

        if (urls.Distinct(StringComparer.OrdinalIgnoreCase).Count() < urls.Count)
        {
            return "names a URL twice.";
        }

        foreach (var server in servers)
        {
            var hasUser = server is { Username.Length: > 0, Credential.Length: > 0 };
            if ((server.Username ?? server.Credential) is not null && !hasUser)
            {
                return "names a username without a credential, or a credential without a username.";
            }

            if (hasUser && server.Secret is not null)
            {
                return "names a secret as well as a username and a credential for the same server.";
            }

            if (server.Urls.Any(IsTurn) && !hasUser && server.Secret is null)
            {
                return "names a turn: server that has neither a username and a credential nor a secret (its own, or Calls__TurnSecret).";
            }

            if (server.Secret is { } secret && SecretRules.FindProblem(secret, MinSecretBytes) is { } weak)
            {
                return $"names a server whose secret {weak}";
            }
        }

        return null;
    }

    private static bool NeedsSecret(IceServerOptions server) =>
        server is { Username: null, Credential: null, Secret: null } && server.Urls.Any(IsTurn);

    private static bool IsTurn(string url) => url.StartsWith("turn", StringComparison.Ordinal);

    /// <summary>True for a URL as RFC 7064 (STUN) and RFC 7065 (TURN) have them.</summary>
    private static bool IsUsable(string url)
    {
        var parts = ServerUrl.Match(url);
        return parts.Success
            && Uri.CheckHostName(parts.Groups["host"].Value) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            && !NumericHost.IsMalformed(parts.Groups["host"].Value)
            && (!parts.Groups["port"].Success
                || int.Parse(parts.Groups["port"].Value, CultureInfo.InvariantCulture) is > 0 and <= 65_535)
            && (!parts.Groups["transport"].Success || IsTurn(url));
    }

    [GeneratedRegex(
        @"^(stuns?|turns?):(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?<port>[0-9]{1,5}))?(?<transport>\?transport=(udp|tcp))?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServerUrl { get; }

    /// <summary>One server of the JSON form; <c>urls</c> is one URL or a list, as WebRTC has it.</summary>
    private sealed record Entry(JsonElement Urls, string? Username, string? Credential, string? Secret)
    {
        public IReadOnlyList<string> ReadUrls() => Urls.ValueKind switch
        {
            JsonValueKind.String => [Urls.GetString()!],
            JsonValueKind.Array => [.. Urls.EnumerateArray().Select(url => url.ValueKind == JsonValueKind.String ? url.GetString()! : "")],
            _ => [],
        };

        /// <summary>The URLs alone.</summary>
        public override string ToString() => string.Join(", ", ReadUrls());
    }
}
