using System.Collections.Concurrent;

namespace Fayo.Calls.Cli.Bench;

/// <summary>Connections to the hub that do nothing but stay open, each of another user.</summary>
internal sealed class IdleConnections(Uri service, JwtSigner signer) : IAsyncDisposable
{
    private const int ConnectsAtOnce = 64;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    private readonly ConcurrentBag<HubClient> _clients = [];

    /// <summary>Opens them.</summary>
    /// <exception cref="CommandFailedException">One was refused.</exception>
    public Task OpenAsync(int count, CancellationToken cancellationToken)
    {
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, count, atOnce, async (number, token) =>
        {
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Take(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
            {
                if (target.SequenceEqual("connected"u8))
                {
                    connected.TrySetResult();
                }
            }

            _clients.Add(await HubClient.ConnectAsync(service, signer.Sign($"idle-{number}", "PATIENT", TokenLifetime), device: null, Take, token));
            await connected.Task.WaitAsync(token);
        });
    }

    /// <summary>How many are still open.</summary>
    public int CountOpen() => _clients.Count(client => !client.IsClosed);

    /// <summary>Closes them.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
}
