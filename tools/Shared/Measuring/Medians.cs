namespace Fayo.Calls.Tools.Measuring;

/// <summary>Medians of a few figures.</summary>
public static class Medians
{
    /// <summary>The median: the value in the middle, or the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => throw new ArgumentException("There is no median of no values.", nameof(values)),
            _ when sorted.Length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }
}
