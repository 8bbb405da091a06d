namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>How the service is.</summary>
internal sealed record HealthBody(string Status);
