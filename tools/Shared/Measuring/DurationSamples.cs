namespace Fayo.Calls.Tools.Measuring;

/// <summary>Collects durations in milliseconds; safe from any thread.</summary>
public sealed class DurationSamples
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = new(1 << 16);

    /// <summary>Adds a duration.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            _milliseconds.Add(value);
        }
    }

    /// <summary>The percentiles by nearest rank, rounded to hundredths; all zero where there are no samples.</summary>
    public Percentiles Summarize()
    {
        lock (_lock)
        {
            _milliseconds.Sort();
            double Rank(double share) =>
                _milliseconds.Count == 0
                    ? 0
                    : Math.Round(_milliseconds[Math.Max(0, (int)Math.Ceiling(share * _milliseconds.Count) - 1)], 2);
            return new Percentiles(_milliseconds.Count, Rank(0.5), Rank(0.95), Rank(0.99), Rank(1));
        }
    }
}
