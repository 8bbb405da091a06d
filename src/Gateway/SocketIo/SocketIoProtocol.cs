using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.Hubs;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>
/// The packets of Socket.IO as a protocol of the hub: an event is an invocation, and its acknowledgement the completion of it. So clients
/// of Socket.IO use the hub's methods, filters, limits and connections as those of SignalR do.
/// </summary>
/// <remarks>
/// One instance serves all connections, so that it keeps nothing of any. How an event is answered is therefore in the id of its
/// invocation: the id of the acknowledgement, or <see cref="Unacknowledged"/>, or a namespace that there is not.
/// </remarks>
internal sealed class SocketIoProtocol : IHubProtocol
{
    /// <summary>The only namespace.</summary>
    public const string Namespace = CallsHub.Path;

    /// <summary>The name by which the hub knows the protocol.</summary>
    public const string ProtocolName = "socketio";

    /// <summary>What a client is told that asks for another namespace than <see cref="Namespace"/>, in the words of Socket.IO.</summary>
    public const string InvalidNamespace = "Invalid namespace";

    private const string ErrorEvent = "error";
    private const int MaxEventLength = 64;

    /// <summary>Names the invocation of an event that is not to be acknowledged. Errors are told nevertheless.</summary>
    private const string Unacknowledged = "-";

    private static readonly JsonSerializerOptions Json = GatewayJson.CreateHubOptions();

    private static readonly JsonWriterOptions Writing = new() { Encoder = Json.Encoder, SkipValidation = true };

    /// <summary>The arguments are within the list of them.</summary>
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = GatewayLimits.MaxJsonDepth + 1 };

    /// <summary>What the hub reads first.</summary>
    public static ReadOnlyMemory<byte> Handshake { get; } = MakeHandshake();

    public string Name => ProtocolName;

    public int Version => 1;

    public TransferFormat TransferFormat => TransferFormat.Text;

    public bool IsVersionSupported(int version) => version == Version;

    public bool TryParseMessage(
        ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        message = null;
        if (input.PositionOf(PacketFraming.Separator) is not { } end)
        {
            return false;
        }

        var text = input.Slice(0, end);
        input = input.Slice(input.GetPosition(1, end));
        message = Parse(text.IsSingleSegment ? text.FirstSpan : text.ToArray(), binder);
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case InvocationMessage invocation:
                WriteEvent(output, invocation.Target, invocation.Arguments);
                break;
            case CompletionMessage { InvocationId: ['/', ..] name }:
                WriteConnectError(output, name, new ErrorText("", InvalidNamespace));
                break;
            case CompletionMessage completion:
                WriteCompletion(output, completion);
                break;
            case PingMessage:
                PacketWriter.Write(output, EngineIoType.Ping);
                break;
            case CloseMessage { Error: { } error } close:
                WriteError(output, ErrorText.Parse(error));
                if (!close.AllowReconnect)
                {
                    // Clients do not connect again by themselves after that, and do after any other end.
                    PacketWriter.Write<object?>(output, SocketIoType.Disconnect, Namespace, null, null, null, Writing);
                }

                break;
        }
    }

    /// <summary>A message as it is sent to many connections. SignalR's own pings are none: the socket sends them.</summary>
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        if (message is not PingMessage)
        {
            WriteMessage(message, output);
        }

        return output.WrittenMemory;
    }

    /// <summary>Writes the packet that says that a client is connected to <see cref="Namespace"/>.</summary>
    /// <param name="output">Where it is written to.</param>
    /// <param name="connectionId">The identifier of the connection.</param>
    public static void WriteConnected(IBufferWriter<byte> output, string connectionId) => PacketWriter.Write(
        output,
        SocketIoType.Connect,
        Namespace,
        ackId: null,
        connectionId,
        static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("sid", id);
            json.WriteEndObject();
        },
        Writing);

    /// <summary>Writes the packet that refuses a client that wants to connect to a namespace.</summary>
    /// <param name="output">Where it is written to.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="error">Why; with an empty code where Socket.IO itself says no more than the message.</param>
    public static void WriteConnectError(IBufferWriter<byte> output, string name, ErrorText error) => PacketWriter.Write(
        output,
        SocketIoType.ConnectError,
        name,
        ackId: null,
        error,
        static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteString("message", error.Message);
            if (error.Code.Length > 0)
            {
                json.WriteStartObject("data");
                json.WriteString("code", error.Code);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        },
        Writing);

    private static HubMessage Parse(ReadOnlySpan<byte> text, IInvocationBinder binder)
    {
        if (!Packet.TryRead(text, out var packet))
        {
            return Refuse(Unacknowledged, "", ApiError.Malformed("This is not a packet of Socket.IO."));
        }

        return packet.Engine switch
        {
            EngineIoType.Close => CloseMessage.Empty,
            EngineIoType.Message => ParseSocketIo(packet, binder),
            EngineIoType.Open => Refuse(Unacknowledged, "", ApiError.Malformed("Only the server opens a connection.")),
            // Whatever else comes shows that the client is still there.
            _ => PingMessage.Instance,
        };
    }

    private static HubMessage ParseSocketIo(Packet packet, IInvocationBinder binder)
    {
        var isHere = packet.Namespace.SequenceEqual(NamespaceBytes);
        var id = packet.AckId?.ToString(CultureInfo.InvariantCulture) ?? Unacknowledged;
        return packet.Type switch
        {
            SocketIoType.Connect when !isHere =>
                Refuse(Encoding.UTF8.GetString(packet.Namespace), "", ApiError.Malformed(InvalidNamespace)),
            SocketIoType.Disconnect when isHere => CloseMessage.Empty,
            SocketIoType.Event when !isHere => Refuse(id, "", ApiError.Malformed($"This connection is one to {Namespace}.")),
            SocketIoType.Event => ParseEvent(packet.Payload, id, binder),
            SocketIoType.BinaryEvent => Refuse(id, "", ApiError.Malformed("Binary attachments are not accepted.")),
            SocketIoType.ConnectError => Refuse(Unacknowledged, "", ApiError.Malformed("Only the server refuses a connection.")),
            // Nothing that is sent to clients asks for an acknowledgement; and who is connected may say so again.
            _ => PingMessage.Instance,
        };
    }

    private static HubMessage ParseEvent(ReadOnlySpan<byte> payload, string id, IInvocationBinder binder)
    {
        var name = "";
        try
        {
            var json = new Utf8JsonReader(payload, Reading);
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray || !json.Read() || json.TokenType != JsonTokenType.String)
            {
                return Refuse(id, "", ApiError.Malformed("An event is a list that begins with the event's name."));
            }

            name = json.GetString()!;
            if (name.Length > MaxEventLength || FindParameters(name, binder) is not { } types)
            {
                return Refuse(id, "", UnknownEvent(name));
            }

            var arguments = ReadArguments(ref json, types);
            return json.Read() ? throw new JsonException() : new InvocationMessage(id, name, arguments);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a text is no valid Unicode.
            return Refuse(id, "", ApiError.Malformed("The event's arguments are not valid JSON."));
        }
    }

    /// <summary>
    /// Reads the arguments to the end of their list. One that is missing counts as an empty object; those too many do not count.
    /// </summary>
    private static object?[] ReadArguments(ref Utf8JsonReader json, IReadOnlyList<Type> types)
    {
        var arguments = new object?[types.Count];
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count < arguments.Length)
            {
                arguments[count] = JsonSerializer.Deserialize(ref json, types[count], Json);
                count++;
            }
            else
            {
                json.Skip();
            }
        }

        for (; count < arguments.Length; count++)
        {
            arguments[count] = JsonSerializer.Deserialize("{}"u8, types[count], Json);
        }

        return arguments;
    }

    /// <summary>The types of the arguments of an event; null where there is no such event.</summary>
    private static IReadOnlyList<Type>? FindParameters(string name, IInvocationBinder binder)
    {
        try
        {
            return binder.GetParameterTypes(name);
        }
        catch (Exception e) when (e is HubException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static InvocationBindingFailureMessage Refuse(string id, string target, ApiError error) =>
        new(id, target, ExceptionDispatchInfo.Capture(error.ToHubException()));

    private static ApiError UnknownEvent(string name) =>
        new(400, "unknown_event", $"There is no event '{(name.Length > MaxEventLength ? name[..MaxEventLength] : name)}' here.");

    private static void WriteCompletion(IBufferWriter<byte> output, CompletionMessage completion)
    {
        var ackId = long.TryParse(completion.InvocationId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null;
        if (completion.Error is { } text)
        {
            var error = ErrorText.Parse(text);
            WriteError(output, error);
            if (ackId is not null)
            {
                PacketWriter.Write(
                    output,
                    SocketIoType.Ack,
                    Namespace,
                    ackId,
                    error,
                    static (json, error) =>
                    {
                        json.WriteStartArray();
                        json.WriteStartObject();
                        json.WritePropertyName(ErrorEvent);
                        WriteErrorBody(json, error);
                        json.WriteEndObject();
                        json.WriteEndArray();
                    },
                    Writing);
            }
        }
        else if (ackId is not null)
        {
            PacketWriter.Write(
                output,
                SocketIoType.Ack,
                Namespace,
                ackId,
                completion,
                static (json, completion) =>
                {
                    json.WriteStartArray();
                    if (completion.HasResult)
                    {
                        WriteValue(json, completion.Result);
                    }

                    json.WriteEndArray();
                },
                Writing);
        }
    }

    private static void WriteEvent(IBufferWriter<byte> output, string name, object?[] arguments) => PacketWriter.Write(
        output,
        SocketIoType.Event,
        Namespace,
        ackId: null,
        (Name: name, Arguments: arguments),
        static (json, sent) =>
        {
            json.WriteStartArray();
            json.WriteStringValue(sent.Name);
            foreach (var argument in sent.Arguments)
            {
                WriteValue(json, argument);
            }

            json.WriteEndArray();
        },
        Writing);

    private static void WriteError(IBufferWriter<byte> output, ErrorText error) => PacketWriter.Write(
        output,
        SocketIoType.Event,
        Namespace,
        ackId: null,
        error,
        static (json, error) =>
        {
            json.WriteStartArray();
            json.WriteStringValue(ErrorEvent);
            WriteErrorBody(json, error);
            json.WriteEndArray();
        },
        Writing);

    private static void WriteErrorBody(Utf8JsonWriter json, ErrorText error)
    {
        json.WriteStartObject();
        json.WriteString("message", error.Message);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(json, value, value.GetType(), Json);
        }
    }

    private static ReadOnlySpan<byte> NamespaceBytes => "/ws/calls"u8;

    private static byte[] MakeHandshake()
    {
        var output = new ArrayBufferWriter<byte>();
        HandshakeProtocol.WriteRequestMessage(new HandshakeRequestMessage(ProtocolName, 1), output);
        // SignalR disconnects silent clients only after the first sign of life, and a client that never gives one has to go as well.
        PacketWriter.Write(output, EngineIoType.Pong);
        return output.WrittenSpan.ToArray();
    }
}
