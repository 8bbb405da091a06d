namespace Fayo.Calls.Chaos.Records;

/// <summary>The values of a call's <c>endReason</c> that can occur in a run.</summary>
internal static class EndReasonNames
{
    public const string Hangup = "hangup";
    public const string ConnectionLost = "connection_lost";
    public const string MaxDuration = "max_duration";
    public const string CallerCancelled = "caller_cancelled";
    public const string Declined = "declined";
    public const string Busy = "busy";
    public const string NoAnswer = "no_answer";
    public const string Unreachable = "unreachable";
    public const string TokenExpired = "token_expired";
    public const string CallerLost = "caller_lost";
}
