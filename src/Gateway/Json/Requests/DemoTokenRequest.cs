namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Asks to be one of the local demo's users.</summary>
internal sealed record DemoTokenRequest(string UserId) : IRequest<DemoTokenRequest>
{
    private static readonly string[] Fields = ["userId"];

    public static Parsed<DemoTokenRequest> Read(ref ObjectReader json)
    {
        string? userId = null;
        while (json.Next(Fields) >= 0)
        {
            userId = json.UserId();
        }

        json.Require(userId, "userId");
        return json.Error is { } error ? error : new DemoTokenRequest(userId!);
    }
}
