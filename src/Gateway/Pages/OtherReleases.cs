using System.Collections.Frozen;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>
/// Finds the assets of other releases. While two releases answer behind one balancer, and after an upgrade, pages ask this silo for assets
/// that it does not have.
/// </summary>
/// <remarks>
/// Anybody may ask for any name. So the names that are kept are known here, and are read again when an unknown one is asked for, at most
/// once a second for all who ask. What was read lately stays in memory, because all pages that are open ask for the same.
/// </remarks>
/// <param name="assets">Where assets are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class OtherReleases(IPageAssets assets, TimeProvider time)
{
    /// <summary>How many requests may wait for the names to be read. Others are told that there is no such asset.</summary>
    private const int MaxWaiting = 1000;

    private const long MaxCachedBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CachedFor = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<PageAsset?>> _cache = new(StringComparer.Ordinal);
    private long _cachedBytes;
    private ITimer? _cacheEnd;
    private volatile FrozenSet<string> _names = [];
    private Task? _nextRead;
    private long? _readAt;
    private int _waiting;

    /// <summary>Finds an asset by its name.</summary>
    /// <returns>The asset; null where none is kept.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<PageAsset?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!_names.Contains(name) && !await IsKeptAsync(name, cancellationToken))
        {
            return null;
        }

        Task<PageAsset?> reading;
        lock (_lock)
        {
            if (!_cache.TryGetValue(name, out reading!))
            {
                _cache.Add(name, reading = ReadAsync(name));
            }
        }

        return await reading.WaitAsync(cancellationToken);
    }

    private async Task<bool> IsKeptAsync(string name, CancellationToken cancellationToken)
    {
        Task read;
        lock (_lock)
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                Interlocked.Decrement(ref _waiting);
                return false;
            }

            // Only a read that has not begun yet is sure to find what was written until now.
            read = _nextRead ??= ReadNamesAsync();
        }

        try
        {
            await read.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return _names.Contains(name);
    }

    private async Task ReadNamesAsync()
    {
        // The lock is left first.
        await Task.Yield();
        if (_readAt is { } last && ReadInterval - time.GetElapsedTime(last) is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time);
        }

        lock (_lock)
        {
            _nextRead = null;
            _readAt = time.GetTimestamp();
        }

        _names = (await assets.ListAsync(CancellationToken.None)).ToFrozenSet(StringComparer.Ordinal);
    }

    private async Task<PageAsset?> ReadAsync(string name)
    {
        await Task.Yield();
        PageAsset? asset;
        try
        {
            asset = await assets.FindAsync(name, CancellationToken.None);
        }
        catch
        {
            lock (_lock)
            {
                _cache.Remove(name);
            }

            throw;
        }

        lock (_lock)
        {
            _cachedBytes += asset?.Content.Length ?? 0;
            if (_cachedBytes > MaxCachedBytes)
            {
                ClearCache();
            }
            else
            {
                _cacheEnd ??= time.CreateTimer(_ => ClearCache(), null, CachedFor, Timeout.InfiniteTimeSpan);
            }
        }

        return asset;
    }

    private void ClearCache()
    {
        lock (_lock)
        {
            _cacheEnd?.Dispose();
            _cacheEnd = null;
            _cache.Clear();
            _cachedBytes = 0;
        }
    }
}
