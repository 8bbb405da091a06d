namespace Fayo.Calls.Events.Webhooks;

/// <summary>The host of a webhook has no public address.</summary>
internal sealed class AddressRefusedException() : IOException("The address is not public.");
