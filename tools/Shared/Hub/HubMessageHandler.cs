namespace Fayo.Calls.Tools.Hub;

/// <summary>Handles a message that the hub pushed. The spans are valid only until it returns.</summary>
/// <param name="target">The message's name.</param>
/// <param name="argument">Its first argument as JSON; empty where it has none.</param>
public delegate void HubMessageHandler(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument);
