namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>The argument of <c>renew_token</c>.</summary>
/// <param name="Token">A JWT of the user who is connected.</param>
internal sealed record RenewTokenRequest(string Token) : IRequest<RenewTokenRequest>
{
    private const int MaxTokenLength = 8 * 1024;

    private static readonly string[] Fields = ["token"];

    public static Parsed<RenewTokenRequest> Read(ref ObjectReader json)
    {
        string? token = null;
        while (json.Next(Fields) >= 0)
        {
            token = json.Text(MaxTokenLength);
        }

        json.Require(token, "token");
        return json.Error is { } error ? error : new RenewTokenRequest(token!);
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(RenewTokenRequest);
}
