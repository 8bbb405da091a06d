namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>What a connection is greeted with.</summary>
internal sealed record ConnectedBody(string Message, string UserId, string ConnectionId, DateTimeOffset ServerTime);

/// <summary>This connection is told of every change of a call.</summary>
internal sealed record CallWatchedBody(string SessionId);

/// <summary>What the other participant's browser says.</summary>
internal sealed record SignalBody(string SessionId, string From, string Device, RawJson Payload);

/// <summary>How many connections took a signal.</summary>
internal sealed record SignalDeliveredBody(int Delivered);
