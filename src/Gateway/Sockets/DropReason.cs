namespace Fayo.Calls.Gateway.Sockets;

/// <summary>Why the gateway closed a connection.</summary>
internal enum DropReason
{
    /// <summary>Too many messages waited for the connection.</summary>
    QueueFull,

    /// <summary>Writing one message took too long.</summary>
    Slow,

    /// <summary>The connection was to be closed, and did not close in time.</summary>
    NotClosing,

    /// <summary>The token expired, and the client handed over no new one.</summary>
    TokenExpired,

    /// <summary>The client sent too many messages, or went on although many of its invocations were refused.</summary>
    TooMany,

    /// <summary>The user has too many connections.</summary>
    TooManyConnections,

    /// <summary>The client sent a message that is too large.</summary>
    TooLarge,
}
