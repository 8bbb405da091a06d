namespace Fayo.Calls.Chaos.Records;

/// <summary>A message about a call that a connection received.</summary>
/// <param name="At">When it was read; for <c>sync</c>, when it was asked for.</param>
/// <param name="Kind">Which message.</param>
/// <param name="Call">The call as the message told it.</param>
/// <param name="IsDelayed">True where the device itself may have read it late.</param>
internal sealed record Receipt(DateTimeOffset At, ReceiptKind Kind, CallView Call, bool IsDelayed)
{
    /// <summary>True where the device was told that the call has ended.</summary>
    public bool ReportsEnd => Kind == ReceiptKind.Status && !Call.IsOpen;
}
