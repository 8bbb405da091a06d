namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>watch_presence</c>.</summary>
/// <param name="UserIds">The users who are looked at from now on; none ends it.</param>
internal sealed record WatchPresenceRequest(IReadOnlyList<string> UserIds) : IRequest<WatchPresenceRequest>
{
    /// <summary>How many users a connection may watch.</summary>
    public const int MaxUsers = 200;

    private static readonly string[] Fields = ["userIds"];

    public static Parsed<WatchPresenceRequest> Read(ref ObjectReader json)
    {
        IReadOnlyList<string>? userIds = null;
        while (json.Next(Fields) >= 0)
        {
            userIds = json.UserIdList(MaxUsers);
        }

        json.Require(userIds, "userIds");
        return json.Error is { } error ? error : new WatchPresenceRequest(userIds!);
    }
}
