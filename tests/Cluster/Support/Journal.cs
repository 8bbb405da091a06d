using System.Collections.Concurrent;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>What grains told, in order.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<string> _entries = new();

    public void Write(string entry) => _entries.Enqueue(entry);

    /// <summary>The entries about one key, without it.</summary>
    public string[] About(string key) =>
        [.. _entries.Where(entry => entry.StartsWith(key + " ", StringComparison.Ordinal)).Select(entry => entry[(key.Length + 1)..])];

    public Task UntilAsync(string key, string entry) =>
        Eventually.IsTrueAsync(() => About(key).Contains(entry, StringComparer.Ordinal), $"'{entry}' was never told about {key}");
}
