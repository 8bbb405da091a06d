namespace Fayo.Calls.Events.Dispatch;

/// <summary>When an event that could not be sent is tried again, and when it is parked.</summary>
/// <param name="FirstPause">The pause after the first attempt. Each further one is three times as long, up to an hour.</param>
/// <param name="RetryFor">For how long an event is tried, from the first attempt on. The last attempt is at the end of it.</param>
public sealed record RetryRule(TimeSpan FirstPause, TimeSpan RetryFor)
{
    /// <summary>The longest pause between two attempts.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    private const int MaxGrowth = 20;

    /// <summary>The rule where nothing is set.</summary>
    public static RetryRule Default { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromDays(1));

    /// <summary>Decides what becomes of an event.</summary>
    /// <param name="tried">The event, as it was before the attempt.</param>
    /// <param name="outcome">What became of the attempt.</param>
    /// <param name="availableAt">When a destination that takes nothing at the moment is tried again.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">From 0 to 1: by it pauses become up to a tenth longer, so that not all events come at once.</param>
    internal OutboxResult Decide(OutboxEvent tried, SendOutcome outcome, DateTimeOffset availableAt, DateTimeOffset now, double jitter)
    {
        var attempts = tried.Attempts + 1;
        return outcome switch
        {
            SendOutcome.Sent => Result(OutboxState.Sent, now, tried.Attempts, error: null),
            SendOutcome.Refused refused => Result(OutboxState.Parked, now, attempts, refused.Reason),
            SendOutcome.Failed failed => TryAgain(now + (PauseAfter(attempts) * (1 + (jitter / 10))), failed.Reason),
            // The event is not to blame: its pauses do not grow.
            SendOutcome.Unavailable unavailable => TryAgain(availableAt, unavailable.Reason) with { Attempts = tried.Attempts },
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
        };

        OutboxResult TryAgain(DateTimeOffset at, string reason)
        {
            var end = (tried.FirstTriedAt ?? now) + RetryFor;
            return now >= end
                ? Result(OutboxState.Parked, now, attempts, reason)
                : Result(OutboxState.Waiting, at < end ? at : end, attempts, reason);
        }

        OutboxResult Result(OutboxState state, DateTimeOffset at, int count, string? error) => new(tried, state, at, count, now, error);
    }

    /// <summary>The pause after so many attempts.</summary>
    internal TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(3, Math.Min(attempts - 1, MaxGrowth));
        return pause < MaxPause ? pause : MaxPause;
    }
}
