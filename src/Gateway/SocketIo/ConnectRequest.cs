using System.Text;
using System.Text.Json;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>A client's wish to connect to a namespace.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Token">The token that came with it; null where there is none.</param>
internal sealed record ConnectRequest(string Namespace, string? Token)
{
    private const string TokenField = "token";

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 8 };

    /// <summary>Reads a packet of a client that is not connected to a namespace yet.</summary>
    /// <param name="text">The packet.</param>
    /// <param name="request">What it asks for; null where it only shows that the client is there.</param>
    /// <returns>False where such a client may not send the packet.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out ConnectRequest? request)
    {
        request = null;
        if (!Packet.TryRead(text, out var packet))
        {
            return false;
        }

        if (packet.Engine is EngineIoType.Ping or EngineIoType.Pong or EngineIoType.Noop)
        {
            return true;
        }

        if (packet is not { Engine: EngineIoType.Message, Type: SocketIoType.Connect } || !TryReadToken(packet.Payload, out var token))
        {
            return false;
        }

        request = new ConnectRequest(Encoding.UTF8.GetString(packet.Namespace), token);
        return true;
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{nameof(ConnectRequest)} to {Namespace}";

    private static bool TryReadToken(ReadOnlySpan<byte> payload, out string? token)
    {
        token = null;
        if (payload.IsEmpty)
        {
            return true;
        }

        try
        {
            var json = new Utf8JsonReader(payload, Reading);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType != JsonTokenType.EndObject)
            {
                var isToken = json.ValueTextEquals(TokenField);
                json.Read();
                if (isToken && json.TokenType == JsonTokenType.String)
                {
                    token = json.GetString() is { Length: > 0 } text ? text : null;
                }

                json.Skip();
            }

            return !json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a text is no valid Unicode.
            return false;
        }
    }
}
