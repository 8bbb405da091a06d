using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Attack.Load;

/// <summary>What normal users noticed in a window of time.</summary>
internal sealed class LoadWindow
{
    private readonly DurationSamples _invitations = new();
    private readonly Tally _errors = new();
    private int _leftOut;

    /// <summary>What failed, and how often.</summary>
    public Tally Errors => _errors;

    /// <summary>How many calls were due while all users were still in calls, because those took so long.</summary>
    public int LeftOut => Volatile.Read(ref _leftOut);

    /// <summary>How long invitations took, in milliseconds from when the call was due.</summary>
    public Percentiles Invitations => _invitations.Summarize();

    /// <summary>Adds an invitation that arrived.</summary>
    public void AddInvitation(double milliseconds) => _invitations.Add(milliseconds);

    /// <summary>Adds a call that was due while nobody was free.</summary>
    public void AddLeftOut() => Interlocked.Increment(ref _leftOut);

    /// <summary>Adds a call that failed.</summary>
    public void AddError(string what) => _errors.Add(what);
}
