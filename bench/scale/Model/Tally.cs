namespace Fayo.Calls.Scale.Model;

/// <summary>What a cluster has done.</summary>
internal sealed class Tally(int silos)
{
    private readonly long[] _sent = new long[silos];

    /// <summary>Calls of grains and grain services of the service, on the same silo or another.</summary>
    public long GrainCalls { get; set; }

    /// <summary>Messages from silo to silo, requests and answers.</summary>
    public long Messages { get; private set; }

    /// <summary>By silo, what it sent.</summary>
    public IReadOnlyList<long> Sent => _sent;

    /// <summary>A silo asks another one, which answers.</summary>
    public void Exchange(int one, int other)
    {
        if (one != other)
        {
            Messages += 2;
            _sent[one]++;
            _sent[other]++;
        }
    }

    /// <summary>Begins to count anew.</summary>
    public void Clear()
    {
        (GrainCalls, Messages) = (0, 0);
        Array.Clear(_sent);
    }
}
