using System.Text.Json;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>An answer over REST.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body; undefined where it is empty.</param>
internal sealed record RestAnswer(int Status, JsonElement Body)
{
    /// <summary>False where the service asks to repeat the request later.</summary>
    public bool IsFinal => Status is not (429 or 503);
}
