namespace Fayo.Calls.Agora;

/// <summary>A user's role in a channel, as clients name it to Agora's SDK.</summary>
public enum AgoraRole
{
    /// <summary>The side that called.</summary>
    Host,

    /// <summary>The side that was called.</summary>
    Audience,
}
