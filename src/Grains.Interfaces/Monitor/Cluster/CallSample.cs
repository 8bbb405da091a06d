using System.Globalization;

namespace Fayo.Calls;

/// <summary>
/// A part of all calls, by the end of their ids, which is random: the same calls wherever it is asked. Where there are too many open
/// calls to show them all, viewers of the monitor see such a part.
/// </summary>
/// <param name="Parts">How many of 256 parts; 0, as from a release without samples, stands for all of them.</param>
[GenerateSerializer, Immutable, Alias("Fayo.CallSample")]
public readonly record struct CallSample([property: Id(0)] int Parts)
{
    private const int AllParts = 256;
    private const int BoundLength = 2;

    /// <summary>All calls.</summary>
    public static CallSample All => default;

    /// <summary>Which share of all calls this is, from 1/256 to 1.</summary>
    public double Share => IsAll ? 1 : (double)Parts / AllParts;

    /// <summary>
    /// A call is in the sample where the last two characters of its id come before this, character by character; null where all calls are.
    /// </summary>
    public string? Bound => IsAll ? null : Parts.ToString("x2", CultureInfo.InvariantCulture);

    private bool IsAll => Parts is <= 0 or >= AllParts;

    /// <summary>Whether a call is in the sample.</summary>
    public bool Contains(string callId) =>
        Bound is not { } bound || string.CompareOrdinal(callId[^Math.Min(BoundLength, callId.Length)..], bound) < 0;

    /// <summary>
    /// The sample to go on with: halved until it has no more calls than <paramref name="max"/>, and doubled only where it then still has
    /// no more than half as many, so that it does not change all the time.
    /// </summary>
    /// <param name="open">How many calls are open.</param>
    /// <param name="max">How many calls a sample may have, more or less.</param>
    public CallSample Fit(int open, int max)
    {
        var parts = IsAll ? AllParts : Parts;
        while (parts > 1 && (long)open * parts > (long)max * AllParts)
        {
            parts /= 2;
        }

        while (parts < AllParts && (long)open * parts * 2 <= (long)max * AllParts / 2)
        {
            parts *= 2;
        }

        return parts == AllParts ? All : new CallSample(parts);
    }
}
