using System.Text.Json;
using Fayo.Calls.Agora;
using Fayo.Calls.Grains.Media;

namespace Fayo.Calls.Silo.Settings;

/// <summary>What carries the media of calls.</summary>
/// <param name="Agora">The Agora project; null where the participants connect to each other.</param>
/// <param name="IceServers">STUN and TURN servers, which help the participants to connect to each other.</param>
internal sealed record MediaSettings(AgoraProject? Agora, IReadOnlyList<IceServer> IceServers)
{
    private const string IceRule =
        "has to be stun: URLs separated by commas, or a JSON list of {\"urls\", \"username\", \"credential\"}, "
        + "the latter two for turn: URLs, which need them.";

    private static readonly string[] Schemes = ["stun:", "stuns:", "turn:", "turns:"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What carries the media.</summary>
    public MediaProvider Provider => Agora is null ? MediaProvider.PeerToPeer : MediaProvider.Agora;

    /// <summary>Reads the settings of media.</summary>
    /// <returns>Null where one of them is missing or bad.</returns>
    public static MediaSettings? Read(SettingReader read, bool isLocalDemo)
    {
        var iceServers = ReadIceServers(read);
        var isAgoraNamed = (read.Text("AGORA_APP_ID") ?? read.Text("AGORA_APP_CERTIFICATE")) is not null;
        var otherwise = isLocalDemo && !isAgoraNamed ? MediaProvider.PeerToPeer : MediaProvider.Agora;
        if (read.Choice("Calls:Media", otherwise) == MediaProvider.PeerToPeer)
        {
            return new MediaSettings(Agora: null, iceServers);
        }

        return ReadAgora(read) is { } agora ? new MediaSettings(agora, iceServers) : null;
    }

    /// <summary>Makes the credentials of calls.</summary>
    public ICredentialSource CreateCredentialSource() =>
        Agora is null ? new PeerToPeerCredentials(IceServers) : new AgoraCredentials(Agora);

    private static AgoraProject? ReadAgora(SettingReader read)
    {
        var appId = read.Required(
            "AGORA_APP_ID",
            "it is the Agora project that tokens are issued for; "
                + "Calls__Media=PeerToPeer does without Agora, with WebRTC between the participants");
        var certificate = read.Required("AGORA_APP_CERTIFICATE", "it is what Agora tokens are signed with");
        if (appId.Length == 0 || certificate.Length == 0)
        {
            return null;
        }

        try
        {
            return new AgoraProject(appId, certificate);
        }
        catch (ArgumentException e)
        {
            read.Refuse(e.ParamName == "appId" ? "AGORA_APP_ID" : "AGORA_APP_CERTIFICATE", "has to be 32 hexadecimal digits.");
            return null;
        }
    }

    /// <summary>Never repeats the value, which may hold a password.</summary>
    private static List<IceServer> ReadIceServers(SettingReader read)
    {
        const string Name = "Calls:IceServers";
        if (read.Text(Name) is not { } text)
        {
            return [];
        }

        var servers = text.StartsWith('[') ? ParseJson(text) : [new IceServer(read.List(Name))];
        if (servers is not null && servers.All(IsUsable))
        {
            return servers;
        }

        read.Refuse(Name, IceRule);
        return [];
    }

    private static List<IceServer>? ParseJson(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<List<IceServerSetting?>>(text, Json)?
                .ConvertAll(server => new IceServer(server?.ReadUrls() ?? [], server?.Username, server?.Credential));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True where browsers accept the server. With a server that they do not accept, no call is possible.</summary>
    private static bool IsUsable(IceServer server) =>
        server.Urls.Count > 0
        && server.Urls.All(HasKnownScheme)
        && (server is { Username.Length: > 0, Credential.Length: > 0 }
            || !server.Urls.Any(url => url.StartsWith("turn", StringComparison.Ordinal)));

    private static bool HasKnownScheme(string url) =>
        Array.Exists(Schemes, scheme => url.StartsWith(scheme, StringComparison.Ordinal) && url.Length > scheme.Length);

    /// <summary>One server of the JSON form; <c>urls</c> is one URL or a list, as WebRTC has it.</summary>
    private sealed record IceServerSetting(JsonElement Urls, string? Username, string? Credential)
    {
        public IReadOnlyList<string> ReadUrls() => Urls.ValueKind switch
        {
            JsonValueKind.String => [Urls.GetString()!],
            JsonValueKind.Array => [.. Urls.EnumerateArray().Select(url => url.ValueKind == JsonValueKind.String ? url.GetString()! : "")],
            _ => [],
        };

        public override string ToString() => nameof(IceServerSetting);
    }
}
