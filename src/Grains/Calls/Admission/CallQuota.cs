namespace Fayo.Calls.Grains.Calls.Admission;

/// <summary>How many calls one user may make. Zero stands for no limit.</summary>
/// <param name="MaxOpen">
/// Open calls that the user has begun. A call that nobody ends is open until its session expires, and clients may not end calls at all.
/// </param>
/// <param name="MaxRinging">Calls of the user that ring at the same time.</param>
/// <param name="MaxPerMinute">Calls that the user begins within a minute and nobody answers.</param>
/// <param name="MaxPerMinuteToUser">Calls that the user begins within a minute to the same recipient, who does not answer.</param>
public sealed record CallQuota(int MaxOpen, int MaxRinging, int MaxPerMinute, int MaxPerMinuteToUser)
{
    /// <summary>The largest <see cref="MaxOpen"/> and <see cref="MaxRinging"/>: more open calls are not counted.</summary>
    public const int LargestMaxOpen = 10_000;

    /// <summary>The largest <see cref="MaxPerMinute"/>: more calls of the last minutes are not counted.</summary>
    public const int LargestMaxPerMinute = 1000;

    /// <summary>The default for users who are not staff.</summary>
    public static readonly CallQuota OfUsers = new(MaxOpen: 100, MaxRinging: 20, MaxPerMinute: 60, MaxPerMinuteToUser: 20);

    /// <summary>The default for staff.</summary>
    public static readonly CallQuota OfStaff = new(MaxOpen: 1000, MaxRinging: 100, MaxPerMinute: 300, MaxPerMinuteToUser: 30);
}
