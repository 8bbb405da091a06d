namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>sync</c>: an object without fields.</summary>
internal sealed record SyncRequest : IRequest<SyncRequest>
{
    public static Parsed<SyncRequest> Read(ref ObjectReader json)
    {
        json.Next([]);
        return json.Error is { } error ? error : new SyncRequest();
    }
}
