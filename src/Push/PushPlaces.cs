namespace Fayo.Calls.Push;

/// <summary>
/// How many requests may be on their way at a time, altogether and to one place: a push service that hangs keeps only its own pushes
/// waiting. Safe to use from any thread.
/// </summary>
/// <param name="max">How many altogether.</param>
/// <param name="maxOfOne">How many to one place.</param>
internal sealed class PushPlaces(int max, int maxOfOne) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _all = new(max);

    /// <summary>Waits until a request to a place may be made.</summary>
    /// <param name="name">The place.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Has to be disposed when the request is over.</returns>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellationToken)
    {
        Place? place;
        lock (_gate)
        {
            if (!_places.TryGetValue(name, out place))
            {
                place = new Place(maxOfOne);
                _places.Add(name, place);
            }

            place.Users++;
        }

        var isIn = false;
        try
        {
            await place.Free.WaitAsync(cancellationToken);
            isIn = true;
            await _all.WaitAsync(cancellationToken);
            return new Visit(this, name, place);
        }
        catch
        {
            Leave(name, place, isIn);
            throw;
        }
    }

    public void Dispose() => _all.Dispose();

    private void Leave(string name, Place place, bool isIn)
    {
        if (isIn)
        {
            place.Free.Release();
        }

        lock (_gate)
        {
            if (--place.Users == 0)
            {
                _places.Remove(name);
                place.Free.Dispose();
            }
        }
    }

    private sealed class Place(int max)
    {
        public SemaphoreSlim Free { get; } = new(max);

        /// <summary>Who is in, or waits to be.</summary>
        public int Users { get; set; }
    }

    private sealed class Visit(PushPlaces places, string name, Place place) : IDisposable
    {
        public void Dispose()
        {
            places._all.Release();
            places.Leave(name, place, isIn: true);
        }
    }
}
