using System.Collections.Concurrent;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>Gates that grains wait at until the test opens them.</summary>
public sealed class Gates
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);

    public void Open(string name) => Gate(name).TrySetResult();

    public Task PassAsync(string name) => Gate(name).Task;

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
