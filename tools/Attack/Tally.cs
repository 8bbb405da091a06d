using System.Collections.Concurrent;
using System.Globalization;

namespace Fayo.Calls.Attack;

/// <summary>Counts things by name; safe from any thread.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>How many there are in all.</summary>
    public int Total => _counts.Values.Sum();

    /// <summary>Counts one more.</summary>
    public void Add(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <summary>The six most frequent, such as <c>429 ×1200, 201 ×60</c>; a dash where there are none.</summary>
    public override string ToString() => _counts.IsEmpty
        ? "-"
        : string.Join(", ", _counts.OrderByDescending(pair => pair.Value).Take(6)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} ×{pair.Value}")));
}
