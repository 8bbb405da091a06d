using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>SignalR's JSON protocol, which skips messages of types that it does not know.</summary>
/// <remarks>
/// SignalR means to ignore them, for the sake of newer clients. But where messages have a maximum size, it takes one for an incomplete
/// message and reads no further: the connection would stay open, and nothing would be answered any more.
/// </remarks>
/// <param name="options">The options of SignalR's protocol.</param>
internal sealed class TolerantJsonProtocol(IOptions<JsonHubProtocolOptions> options) : IHubProtocol
{
    private readonly JsonHubProtocol _json = new(options);

    public string Name => _json.Name;

    public int Version => _json.Version;

    public TransferFormat TransferFormat => _json.TransferFormat;

    public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

    public bool TryParseMessage(
        ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        while (true)
        {
            var length = input.Length;
            if (_json.TryParseMessage(ref input, binder, out message))
            {
                return true;
            }

            if (input.Length == length)
            {
                return false;
            }

            if (input.IsEmpty)
            {
                // SignalR takes over what was consumed only with a message. A ping is one that asks for nothing.
                message = PingMessage.Instance;
                return true;
            }
        }
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _json.WriteMessage(message, output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _json.GetMessageBytes(message);
}
