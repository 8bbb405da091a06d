using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <inheritdoc cref="IConnectionDrain"/>
internal sealed class ConnectionDrain(ConnectionRegistry registry, TimeProvider time, ILogger<ConnectionDrain> logger) : IConnectionDrain
{
    /// <summary>Fewer connections than these are closed at once: so many come back in a moment at any silo.</summary>
    private const int MinSliceSize = 20;

    private static readonly TimeSpan SliceInterval = TimeSpan.FromMilliseconds(200);

    public async Task DrainAsync(TimeSpan spread, CancellationToken cancellationToken)
    {
        for (var slicesLeft = Math.Max(1, (int)(spread / SliceInterval)); ; slicesLeft--)
        {
            var open = registry.ListAll();
            if (open.Count == 0)
            {
                return;
            }

            var size = slicesLeft <= 1 ? open.Count : Math.Max(MinSliceSize, (open.Count + slicesLeft - 1) / slicesLeft);
            foreach (var connection in open.Take(size))
            {
                connection.Close();
            }

            logger.ConnectionsDrained(Math.Min(size, open.Count), Math.Max(0, open.Count - size));
            if (size >= open.Count)
            {
                return;
            }

            await Task.Delay(SliceInterval, time, cancellationToken);
        }
    }
}
