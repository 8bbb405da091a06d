using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>What a device needs to enter the media channel.</summary>
/// <param name="credential">The credential.</param>
internal sealed class CredentialBody(Credential credential) : IJsonBody
{
    public MediaProvider Provider => credential.Provider;

    public string? AppId => credential.AppId;

    public string? Token => credential.Token;

    public string ChannelName => credential.ChannelName;

    public string RtcUserId => credential.RtcUserId;

    public CredentialRole Role => credential.Role;

    public int ExpiresIn => credential.ExpiresIn;

    public DateTimeOffset ExpiresAt => credential.ExpiresAt;

    public IReadOnlyList<IceServerBody>? IceServers =>
        credential.IceServers?.Select(server => new IceServerBody(server.Urls, server.Username, server.Credential)).ToArray();

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("provider", WireNames.Of(credential.Provider));
        json.WriteString("appId", credential.AppId);
        json.WriteString("token", credential.Token);
        json.WriteString("channelName", credential.ChannelName);
        json.WriteString("rtcUserId", credential.RtcUserId);
        json.WriteString("role", WireNames.Of(credential.Role));
        json.WriteNumber("expiresIn", credential.ExpiresIn);
        CallSessionJson.WriteTime(json, "expiresAt", credential.ExpiresAt);
        json.WritePropertyName("iceServers");
        JsonSerializer.Serialize(json, IceServers, GatewayJson.Instance.IReadOnlyListIceServerBody);
        json.WriteEndObject();
    }
}

/// <summary>A STUN or TURN server, in the form that browsers expect. Browsers would take null for a user called "null".</summary>
internal sealed record IceServerBody(
    IReadOnlyList<string> Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => string.Join(", ", Urls);
}

/// <summary>An answer that contains a token.</summary>
internal sealed record CredentialAnswerBody(string Message, SessionBody Session, CredentialBody Credential) : IJsonBody
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("message", Message);
        json.WritePropertyName("session");
        Session.WriteTo(json);
        json.WritePropertyName("credential");
        Credential.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>The body of a result that holds a credential.</summary>
    public static CredentialAnswerBody Of(CallResult result, string message) =>
        new(message, new SessionBody(result.Session!), new CredentialBody(result.Credential!));
}
