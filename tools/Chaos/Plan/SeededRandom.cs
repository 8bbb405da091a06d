namespace Fayo.Calls.Chaos.Plan;

/// <summary>Random choices; the same seed makes the same choices.</summary>
internal sealed class SeededRandom(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>True with this probability.</summary>
    public bool NextBool(double probability) => _random.NextDouble() < probability;

    /// <summary>A whole number in this range, both ends included.</summary>
    public int NextInteger(int minimum, int maximum) => _random.Next(minimum, maximum + 1);

    /// <summary>A number in this range.</summary>
    public double NextDouble(double minimum, double maximum) => minimum + (_random.NextDouble() * (maximum - minimum));

    /// <summary>A duration between these seconds, in whole milliseconds.</summary>
    public TimeSpan NextDuration(double minSeconds, double maxSeconds) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * NextDouble(minSeconds, maxSeconds)));

    /// <summary>One of the choices, each with the same probability.</summary>
    public T NextOf<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>One of the choices, with a probability proportional to its weight.</summary>
    public T NextWeighted<T>(params ReadOnlySpan<(int Weight, T Choice)> choices)
    {
        var sum = 0;
        foreach (var (weight, _) in choices)
        {
            sum += weight;
        }

        var left = _random.Next(sum);
        foreach (var (weight, choice) in choices)
        {
            if ((left -= weight) < 0)
            {
                return choice;
            }
        }

        throw new ArgumentException("There is nothing to choose from.", nameof(choices));
    }
}
