using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>Why a request for a connection is refused before it becomes one, in the words of Engine.IO.</summary>
/// <param name="Code">The number that Engine.IO has for it.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record EngineIoError(
    [property: JsonPropertyName("code")] int Code,
    [property: JsonPropertyName("message")] string Message)
{
    /// <summary>The transport is not a WebSocket.</summary>
    public static EngineIoError UnknownTransport { get; } =
        new(0, "Transport unknown: this service accepts WebSockets only. Set the client's option transports to ['websocket'].");

    /// <summary>The client asks for a session that it has begun over another transport.</summary>
    public static EngineIoError UnknownSession { get; } = new(1, "Session ID unknown");

    /// <summary>A connection is opened with GET.</summary>
    public static EngineIoError BadMethod { get; } = new(2, "Bad handshake method");

    /// <summary>The client speaks another version of Engine.IO.</summary>
    public static EngineIoError UnsupportedVersion { get; } =
        new(5, "Unsupported protocol version: this service speaks Engine.IO 4, as the clients of Socket.IO 3 and 4 do.");

    /// <summary>The HTTP status.</summary>
    [JsonIgnore]
    public int Status { get; private init; } = StatusCodes.Status400BadRequest;

    /// <summary>The request cannot be accepted.</summary>
    public static EngineIoError BadRequest(string message) => new(3, message);

    /// <summary>The page that connects may not do so.</summary>
    public static EngineIoError Forbidden(string message) => new(4, message) { Status = StatusCodes.Status403Forbidden };

    /// <summary>The service takes no more connections at the moment.</summary>
    public static EngineIoError Overloaded(string message) => new(3, message) { Status = StatusCodes.Status503ServiceUnavailable };

    /// <summary>The client has tried too often.</summary>
    public static EngineIoError TooMany(string message) => new(3, message) { Status = StatusCodes.Status429TooManyRequests };

    /// <summary>Answers a request with the error.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(this, context.RequestAborted);
    }
}
