namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The first message on a connection.</summary>
internal sealed record ConnectedBody(string Message, string UserId, string ConnectionId, DateTimeOffset ServerTime);

/// <summary>Confirms that a connection watches a call.</summary>
internal sealed record CallWatchedBody(string SessionId);

/// <summary>The connection's token has expired. The connection closes at that time unless the client hands over a new one.</summary>
internal sealed record TokenExpiredBody(DateTimeOffset ClosesAt);

/// <summary>The connection stays open until the new token expires.</summary>
internal sealed record TokenRenewedBody(DateTimeOffset ExpiresAt);

/// <summary>Who of the watched users has come or gone.</summary>
internal sealed record PresenceBody(IReadOnlyList<UserPresenceBody> Users);

/// <summary>Whether a user is connected, and with how many devices.</summary>
internal sealed record UserPresenceBody(string Id, bool Online, int Devices);

/// <summary>How many users a connection watches.</summary>
internal sealed record PresenceWatchedBody(int Users);

/// <summary>A signal from the other participant's browser.</summary>
internal sealed record SignalBody(string SessionId, string From, string Device, RawJson Payload);

/// <summary>How many connections a signal was sent to.</summary>
internal sealed record SignalDeliveredBody(int Delivered);
