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

/// <summary>Gates that grains wait at until the test opens them.</summary>
public sealed class Gates
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);

    public void Open(string name) => Gate(name).TrySetResult();

    public Task PassAsync(string name) => Gate(name).Task;

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task IsTrueAsync(Func<bool> condition, string otherwise) =>
        IsTrueAsync(() => Task.FromResult(condition()), otherwise, Deadline);

    /// <summary>Polls a condition until it holds.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string otherwise, TimeSpan deadline)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < deadline, otherwise);
            await Task.Delay(20);
        }
    }
}
