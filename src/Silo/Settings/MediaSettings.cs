using Fayo.Calls.Agora;
using Fayo.Calls.Grains.Media;

namespace Fayo.Calls.Silo.Settings;

/// <summary>What carries the media of calls.</summary>
/// <param name="Agora">The Agora project; null where the participants connect to each other.</param>
/// <param name="IceServers">STUN and TURN servers, which help the participants to connect to each other.</param>
internal sealed record MediaSettings(AgoraProject? Agora, IReadOnlyList<IceServerOptions> IceServers)
{
    /// <summary>What carries the media.</summary>
    public MediaProvider Provider => Agora is null ? MediaProvider.PeerToPeer : MediaProvider.Agora;

    /// <summary>Reads the settings of media.</summary>
    /// <returns>Null where one of them is missing or bad.</returns>
    public static MediaSettings? Read(SettingReader read, bool isLocalDemo)
    {
        var iceServers = IceServerSettings.Read(read);
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
        const string AppId = "AGORA_APP_ID";
        const string Certificate = "AGORA_APP_CERTIFICATE";
        var appId = read.Required(
            AppId,
            "it is the Agora project that tokens are issued for; "
                + "Calls__Media=PeerToPeer does without Agora, with WebRTC between the participants");
        var certificate = read.Required(Certificate, "it is what Agora tokens are signed with");
        if (appId.Length == 0 || certificate.Length == 0)
        {
            return null;
        }

        try
        {
            var project = new AgoraProject(appId, certificate);
            if (SecretRules.FindProblem(certificate, minBytes: 0) is { } weak)
            {
                read.Refuse(Certificate, weak);
            }

            return project;
        }
        catch (ArgumentException e)
        {
            read.Refuse(e.ParamName == "appId" ? AppId : Certificate, "has to be 32 hexadecimal digits.");
            return null;
        }
    }
}
