namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>Asks to be let into the local demo.</summary>
internal sealed record DemoSessionRequest(string Word) : IRequest<DemoSessionRequest>
{
    private const int MaxLength = 128;

    private static readonly string[] Fields = ["word"];

    public static Parsed<DemoSessionRequest> Read(ref ObjectReader json)
    {
        string? word = null;
        while (json.Next(Fields) >= 0)
        {
            word = json.Text(MaxLength);
        }

        json.Require(word, "word");
        return json.Error is { } error ? error : new DemoSessionRequest(word!);
    }

    /// <summary>Without the word.</summary>
    public override string ToString() => nameof(DemoSessionRequest);
}
