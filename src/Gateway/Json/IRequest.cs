namespace Fayo.Calls.Gateway.Json;

/// <summary>A request that a client sends as one JSON object.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IRequest<TSelf>
    where TSelf : class, IRequest<TSelf>
{
    /// <summary>Reads the request from JSON.</summary>
    static abstract Parsed<TSelf> Read(ref ObjectReader json);
}
