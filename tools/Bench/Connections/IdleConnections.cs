using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Bench.Connections;

/// <summary>Connections to the hub that only stay open, each of another user.</summary>
/// <param name="service">Where the service is.</param>
/// <param name="signer">Makes the users' JWTs.</param>
/// <param name="count">How many.</param>
internal sealed class IdleConnections(Uri service, JwtSigner signer, int count) : IAsyncDisposable
{
    private const int MaxConcurrentConnects = 64;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    private readonly string?[] _tokens = new string?[count];
    private readonly LeanHubClient?[] _clients = new LeanHubClient?[count];

    /// <summary>How many connections there are.</summary>
    public int Count => count;

    /// <summary>Opens all connections, a few at a time.</summary>
    /// <exception cref="CommandFailedException">One was refused.</exception>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentConnects, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, count, parallel, async (number, token) => await OpenOneAsync(number, token));
    }

    /// <summary>Opens one of them, and waits until the service says that it is connected.</summary>
    /// <exception cref="CommandFailedException">It was refused.</exception>
    public Task<LeanHubClient> OpenOneAsync(int number, CancellationToken cancellationToken) =>
        OpenOneAsync(number, service, cancellationToken);

    /// <summary>Opens one of them at a silo, and waits until it says that it is connected.</summary>
    /// <exception cref="CommandFailedException">It was refused.</exception>
    public async Task<LeanHubClient> OpenOneAsync(int number, Uri silo, CancellationToken cancellationToken)
    {
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Handle(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
        {
            if (target.SequenceEqual("connected"u8))
            {
                connected.TrySetResult();
            }
        }

        var token = _tokens[number] ??= signer.Sign($"idle-{number}", "PATIENT", TokenLifetime);
        var client = await LeanHubClient.ConnectAsync(silo, token, device: null, Handle, cancellationToken);
        Interlocked.Exchange(ref _clients[number], client)?.Abort();
        await connected.Task.WaitAsync(cancellationToken);
        return client;
    }

    /// <summary>Waits until one of them, which is open, has ended.</summary>
    public Task WaitForEndAsync(int number, CancellationToken cancellationToken) =>
        _clients[number]!.WaitForEndAsync(cancellationToken);

    /// <summary>Drops all connections at once without closing them.</summary>
    public void DropAll()
    {
        foreach (var client in _clients)
        {
            client?.Abort();
        }
    }

    /// <summary>How many connections are open.</summary>
    public int CountOpen() => _clients.Count(client => client is { IsClosed: false });

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_clients.OfType<LeanHubClient>().Select(client => client.DisposeAsync().AsTask()));
}
