namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Whether the service is well.</summary>
internal sealed record HealthBody(string Status);
