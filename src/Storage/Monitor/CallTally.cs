namespace Fayo.Calls.Storage.Monitor;

/// <summary>How many calls were created, answered and ended in each minute. Minutes are counted from the Unix epoch.</summary>
internal sealed class CallTally
{
    /// <summary>How many minutes the statistics show; the last of them is still running.</summary>
    public const int Minutes = 60;

    private readonly Dictionary<long, MinuteTally> _minutes = [];

    /// <summary>The first minute that the statistics show.</summary>
    public static long OldestMinute(DateTimeOffset now) => (now.ToUnixTimeSeconds() / 60) - Minutes + 1;

    /// <summary>When a minute begins.</summary>
    public static DateTimeOffset StartOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    public void AddCreated(long minute, int count) => At(minute).Created += count;

    /// <summary>Adds answers; <paramref name="wait"/> is a class of <see cref="AnswerTimes"/>, null where nobody was rung.</summary>
    public void AddAnswered(long minute, int? wait, int count)
    {
        At(minute).Answered += count;
        if (wait is { } known)
        {
            At(minute).Waits.Add(known, count);
        }
    }

    public void AddEnded(long minute, EndReason reason, bool isMissed, int count)
    {
        var at = At(minute);
        at.Ended += count;
        at.Missed += isMissed ? count : 0;
        at.Reasons[reason] = at.Reasons.GetValueOrDefault(reason) + count;
    }

    /// <summary>Forgets the minutes before one.</summary>
    public void Forget(long before)
    {
        foreach (var minute in _minutes.Keys.Where(minute => minute < before).ToList())
        {
            _minutes.Remove(minute);
        }
    }

    /// <summary>The numbers of the hour up to now.</summary>
    public static CallStatistics Sum(DateTimeOffset now, OpenCallCount open, params ReadOnlySpan<CallTally> tallies)
    {
        var minutes = new List<CallMinute>(Minutes);
        var hour = new MinuteTally();
        for (var i = 0; i < Minutes; i++)
        {
            var number = OldestMinute(now) + i;
            var minute = new MinuteTally();
            foreach (var tally in tallies)
            {
                if (tally._minutes.TryGetValue(number, out var part))
                {
                    minute.Add(part);
                }
            }

            hour.Add(minute);
            minutes.Add(
                new CallMinute(StartOf(number), minute.Created, minute.Answered, minute.Missed, minute.Ended, minute.Waits.Summarize()));
        }

        return new CallStatistics(now, open, hour.Reasons, hour.Waits.Summarize(), minutes);
    }

    private MinuteTally At(long minute)
    {
        if (!_minutes.TryGetValue(minute, out var tally))
        {
            _minutes.Add(minute, tally = new MinuteTally());
        }

        return tally;
    }

    private sealed class MinuteTally
    {
        public int Created { get; set; }

        public int Answered { get; set; }

        public int Missed { get; set; }

        public int Ended { get; set; }

        public AnswerTimes Waits { get; } = new();

        public SortedDictionary<EndReason, int> Reasons { get; } = [];

        public void Add(MinuteTally other)
        {
            Created += other.Created;
            Answered += other.Answered;
            Missed += other.Missed;
            Ended += other.Ended;
            Waits.Add(other.Waits);
            foreach (var (reason, count) in other.Reasons)
            {
                Reasons[reason] = Reasons.GetValueOrDefault(reason) + count;
            }
        }
    }
}
