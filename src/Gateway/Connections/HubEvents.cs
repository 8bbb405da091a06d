namespace Fayo.Calls.Gateway.Connections;

/// <summary>The names of the messages that the hub sends to clients.</summary>
internal static class HubEvents
{
    public const string Connected = "connected";

    public const string CallInvitation = "call_invitation";

    public const string CallStatus = "call_status";

    public const string CallJoined = "call_joined";

    public const string TokenIssued = "token_issued";

    public const string TokenExpired = "token_expired";

    public const string Presence = "presence";

    public const string Signal = "signal";
}
