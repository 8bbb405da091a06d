using Xunit;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>Waits for conditions.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsTrueAsync(Func<bool> condition, string otherwise, TimeSpan? pause = null) =>
        IsTrueAsync(() => Task.FromResult(condition()), otherwise, Deadline, pause);

    /// <summary>Polls a condition until it holds.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string otherwise, TimeSpan deadline, TimeSpan? pause = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < deadline, otherwise);
            await Task.Delay(pause ?? Pause);
        }
    }
}
