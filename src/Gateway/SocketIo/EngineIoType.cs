namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>The types of packets of Engine.IO, by the digit that each begins with.</summary>
internal enum EngineIoType
{
    /// <summary>The server tells a new client how the connection is used.</summary>
    Open = 0,

    /// <summary>One side wants to close the connection.</summary>
    Close = 1,

    /// <summary>The server asks whether the client is still there.</summary>
    Ping = 2,

    /// <summary>The client is still there.</summary>
    Pong = 3,

    /// <summary>A packet of Socket.IO.</summary>
    Message = 4,

    /// <summary>The client has changed its transport, which it cannot here.</summary>
    Upgrade = 5,

    /// <summary>Nothing.</summary>
    Noop = 6,
}
