namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A person was erased. <c>Calls</c> says how many calls have a pseudonym in their place.</summary>
internal sealed record ErasedBody(int Calls);
