namespace Fayo.Calls;

/// <summary>Opens a call session.</summary>
/// <param name="Initiator">Who calls.</param>
/// <param name="RecipientId">Who is called; null opens a session for the first other user who asks for a token.</param>
/// <param name="CallType">Picture and sound, or sound only.</param>
/// <param name="ChannelName">The client's own channel name; null has one generated.</param>
/// <param name="Metadata">The client's own JSON object, as text.</param>
/// <param name="Key">
/// The initiator's own key for this request: for a day the same request with the same key is answered with the same session.
/// Null where the client has none; every request is then one of its own.
/// </param>
[GenerateSerializer, Immutable, Alias("Fayo.CreateCall")]
public sealed record CreateCall(
    [property: Id(0)] Caller Initiator,
    [property: Id(1)] string? RecipientId,
    [property: Id(2)] CallType CallType,
    [property: Id(3)] string? ChannelName,
    [property: Id(4)] string? Metadata,
    [property: Id(5)] string? Key = null)
{
    /// <summary>Without metadata and key.</summary>
    public override string ToString() => $"{nameof(CreateCall)} by {Initiator.UserId} to {RecipientId}, {CallType}";
}
