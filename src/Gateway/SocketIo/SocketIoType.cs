namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>The types of packets of Socket.IO, by the digit that each begins with.</summary>
internal enum SocketIoType
{
    /// <summary>The client wants to connect to a namespace, or the server has accepted that.</summary>
    Connect = 0,

    /// <summary>One side leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>An event with its arguments.</summary>
    Event = 2,

    /// <summary>The acknowledgement of an event.</summary>
    Ack = 3,

    /// <summary>The server has refused a client that wanted to connect to a namespace.</summary>
    ConnectError = 4,

    /// <summary>An event with binary attachments, which follow.</summary>
    BinaryEvent = 5,

    /// <summary>An acknowledgement with binary attachments, which follow.</summary>
    BinaryAck = 6,
}
