using System.ComponentModel;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Has calls to the caller not ring for a time.</summary>
internal sealed record DoNotDisturbRequest([property: Description("Until when, by the service's clock.")] DateTimeOffset Until)
    : IRequest<DoNotDisturbRequest>
{
    private static readonly string[] Fields = ["until"];

    public static Parsed<DoNotDisturbRequest> Read(ref ObjectReader json)
    {
        DateTimeOffset? until = null;
        while (json.Next(Fields) >= 0)
        {
            until = json.Time();
        }

        json.Require(until, "until");
        return json.Error is { } error ? error : new DoNotDisturbRequest(until!.Value);
    }
}
