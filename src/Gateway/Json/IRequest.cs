namespace Fayo.Calls.Gateway.Json;

/// <summary>What a client sends as one JSON object.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IRequest<TSelf>
    where TSelf : class, IRequest<TSelf>
{
    /// <summary>Reads it from JSON.</summary>
    static abstract Parsed<TSelf> Read(ref ObjectReader json);
}
