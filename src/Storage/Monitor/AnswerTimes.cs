namespace Fayo.Calls.Storage.Monitor;

/// <summary>
/// How long it rang until somebody answered, as a histogram: each class of times is five percent longer than the one before, and
/// each time counts in its class.
/// </summary>
internal sealed class AnswerTimes
{
    /// <summary>By how much a class is longer than the one before.</summary>
    public const string Step = "1.05";

    private readonly Dictionary<int, int> _counts = [];
    private int _total;

    /// <summary>Adds answers.</summary>
    /// <param name="wait">The class: the whole part of the time's logarithm, milliseconds, to the base <see cref="Step"/>.</param>
    /// <param name="count">How many.</param>
    public void Add(int wait, int count)
    {
        _counts[wait] = _counts.GetValueOrDefault(wait) + count;
        _total += count;
    }

    /// <summary>Adds all of another's.</summary>
    public void Add(AnswerTimes other)
    {
        foreach (var (wait, count) in other._counts)
        {
            Add(wait, count);
        }
    }

    /// <summary>The median and the 95th percentile, in milliseconds.</summary>
    public AnswerTime Summarize() => new(Quantile(0.5), Quantile(0.95));

    private int? Quantile(double share)
    {
        if (_total == 0)
        {
            return null;
        }

        var left = Math.Ceiling(share * _total);
        // The middle of the class that holds the wanted time.
        return (int)Math.Round(Math.Pow(1.05, 0.5 + _counts.OrderBy(pair => pair.Key).First(pair => (left -= pair.Value) <= 0).Key));
    }
}
