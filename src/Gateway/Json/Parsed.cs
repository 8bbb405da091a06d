namespace Fayo.Calls.Gateway.Json;

/// <summary>Either a request that could be read, or the error that says why it could not.</summary>
/// <typeparam name="T">The request.</typeparam>
/// <param name="Value">The request; null if it is refused.</param>
/// <param name="Error">Why the request is refused; null if it is not.</param>
internal readonly record struct Parsed<T>(T? Value, ApiError? Error)
    where T : class
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(ApiError error) => new(null, error);
}
