namespace Fayo.Calls.Chaos.Records;

/// <summary>The values of a timeline entry's <c>kind</c> that the rules look at.</summary>
internal static class TimelineKindNames
{
    public const string Created = "created";
    public const string Invited = "invited";
    public const string Ringing = "ringing";
    public const string Answered = "answered";
    public const string Active = "active";
    public const string TokenIssued = "token_issued";
    public const string Declined = "declined";
    public const string Cancelled = "cancelled";
    public const string Ended = "ended";
    public const string Note = "note";
}
