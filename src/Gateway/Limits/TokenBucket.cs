namespace Fayo.Calls.Gateway.Limits;

/// <summary>
/// Limits how often something is done: a bucket of tokens that is full at first, gives one token for each time, and fills up
/// again steadily. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// All arithmetic is in whole numbers, so that no rate is rounded. What the bucket holds is counted in parts of a token: one
/// token has as many parts as a second has clock ticks, and every tick adds as many parts as there are tokens per second.
/// <c>System.Threading.RateLimiting</c> fills its buckets from a timer, ten times a second, and so never grants more than ten
/// bursts per second, whatever the rate is.
/// </remarks>
/// <param name="burst">The tokens that the bucket holds when it is full: 1 to 100,000.</param>
/// <param name="perSecond">The tokens that are added per second: 1 to 100,000.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBucket(int burst, int perSecond, TimeProvider time)
{
    private readonly long _partsPerToken = time.TimestampFrequency;
    private long _parts = burst * time.TimestampFrequency;
    private long _filledAt = time.GetTimestamp();

    /// <summary>True where no token is missing.</summary>
    public bool IsFull
    {
        get
        {
            Fill();
            return _parts == Capacity;
        }
    }

    /// <summary>True where there is a token.</summary>
    public bool HasToken
    {
        get
        {
            Fill();
            return _parts >= _partsPerToken;
        }
    }

    private long Capacity => burst * _partsPerToken;

    /// <summary>Takes a token.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTake()
    {
        Fill();
        if (_parts < _partsPerToken)
        {
            return false;
        }

        _parts -= _partsPerToken;
        return true;
    }

    /// <summary>How long it takes until there is a token, in whole seconds, rounded up; 0 where there is one.</summary>
    public int SecondsUntilNext()
    {
        Fill();
        var ticks = Math.Max(0, _partsPerToken - _parts) / (double)perSecond;
        return (int)Math.Ceiling(ticks / time.TimestampFrequency);
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        // A pause that is long enough to fill the bucket counts no further, so that the product cannot overflow.
        var elapsed = Math.Min(now - _filledAt, (Capacity / perSecond) + 1);
        _filledAt = now;
        _parts = Math.Min(Capacity, _parts + (elapsed * perSecond));
    }
}
