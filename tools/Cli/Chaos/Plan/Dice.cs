namespace Fayo.Calls.Cli.Chaos.Plan;

/// <summary>Random choices that a seed repeats.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>A whole number in this range, both ends included.</summary>
    public int Whole(int least, int most) => _random.Next(least, most + 1);

    /// <summary>A number in this range.</summary>
    public double Share(double least, double most) => least + (_random.NextDouble() * (most - least));

    /// <summary>A duration between these seconds, in whole milliseconds.</summary>
    public TimeSpan Span(double leastSeconds, double mostSeconds) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * Share(leastSeconds, mostSeconds)));

    /// <summary>One of these, each as likely.</summary>
    public T OneOf<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>One of these, as likely as its weight says.</summary>
    public T Pick<T>(params ReadOnlySpan<(int Weight, T Choice)> choices)
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
