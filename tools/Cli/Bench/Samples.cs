namespace Fayo.Calls.Cli.Bench;

/// <summary>Durations in milliseconds, and how they spread.</summary>
internal sealed class Samples
{
    private readonly Lock _entering = new();
    private readonly List<double> _milliseconds = new(1 << 16);

    /// <summary>Adds one; safe from any thread.</summary>
    public void Add(double value)
    {
        lock (_entering)
        {
            _milliseconds.Add(value);
        }
    }

    /// <summary>The spread, nearest rank, rounded to hundredths; all zero when there are no samples.</summary>
    public Spread Summarize()
    {
        lock (_entering)
        {
            _milliseconds.Sort();
            double Rank(double share) =>
                _milliseconds.Count == 0 ? 0 : Math.Round(_milliseconds[Math.Max(0, (int)Math.Ceiling(share * _milliseconds.Count) - 1)], 2);
            return new Spread(_milliseconds.Count, Rank(0.5), Rank(0.95), Rank(0.99), Rank(1));
        }
    }
}

/// <summary>How durations spread, in milliseconds.</summary>
internal sealed record Spread(int N, double P50, double P95, double P99, double Max);
