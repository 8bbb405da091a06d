namespace Fayo.Calls.Gateway.Connections;

/// <summary>Why the gateway closed a connection.</summary>
internal enum DropReason
{
    /// <summary>Too many messages waited for the connection.</summary>
    QueueFull,

    /// <summary>Writing one message took too long.</summary>
    Slow,
}
