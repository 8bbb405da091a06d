namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The first message on a connection.</summary>
internal sealed record ConnectedBody(string Message, string UserId, string ConnectionId, DateTimeOffset ServerTime);

/// <summary>Confirms that a connection watches a call.</summary>
internal sealed record CallWatchedBody(string SessionId);

/// <summary>A signal from the other participant's browser.</summary>
internal sealed record SignalBody(string SessionId, string From, string Device, RawJson Payload);

/// <summary>How many connections a signal was sent to.</summary>
internal sealed record SignalDeliveredBody(int Delivered);
