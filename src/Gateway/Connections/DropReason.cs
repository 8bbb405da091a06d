namespace Fayo.Calls.Gateway.Connections;

/// <summary>Why the gateway closed a connection.</summary>
internal enum DropReason
{
    /// <summary>Too many messages waited for it.</summary>
    QueueFull,

    /// <summary>One message took too long to be written.</summary>
    Slow,
}
