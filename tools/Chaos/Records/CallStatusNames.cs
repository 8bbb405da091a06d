namespace Fayo.Calls.Chaos.Records;

/// <summary>The values of a call's <c>status</c>.</summary>
internal static class CallStatusNames
{
    public const string Pending = "PENDING";
    public const string Ringing = "RINGING";
    public const string Active = "ACTIVE";
    public const string Completed = "COMPLETED";
    public const string Cancelled = "CANCELLED";
    public const string Expired = "EXPIRED";

    /// <summary>True for the status of a call that has not ended.</summary>
    public static bool IsOpen(string status) => status is Pending or Ringing or Active;
}
