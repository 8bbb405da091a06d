namespace Fayo.Calls.Gateway.Json;

/// <summary>A request that could be read, or why it could not.</summary>
/// <typeparam name="T">The request.</typeparam>
/// <param name="Value">The request; null if it is refused.</param>
/// <param name="Refusal">Why it is refused; null if it is not.</param>
internal readonly record struct Parsed<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Refusal refusal) => new(null, refusal);
}
