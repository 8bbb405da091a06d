namespace Fayo.Calls.Cli.Bench;

/// <summary>Connections to the hub that do nothing but stay open, each of another user.</summary>
/// <param name="service">Where the service is.</param>
/// <param name="signer">Makes the users' JWTs.</param>
/// <param name="count">How many.</param>
internal sealed class IdleConnections(Uri service, JwtSigner signer, int count) : IAsyncDisposable
{
    private const int ConnectsAtOnce = 64;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    private readonly string?[] _tokens = new string?[count];
    private readonly HubClient?[] _clients = new HubClient?[count];

    /// <summary>How many there are.</summary>
    public int Count => count;

    /// <summary>Opens them, a few at a time.</summary>
    /// <exception cref="CommandFailedException">One was refused.</exception>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, count, atOnce, async (number, token) => await OpenOneAsync(number, token));
    }

    /// <summary>Opens one of them, and waits until the service says that it is connected.</summary>
    /// <exception cref="CommandFailedException">It was refused.</exception>
    public async Task<HubClient> OpenOneAsync(int number, CancellationToken cancellationToken)
    {
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
        {
            if (target.SequenceEqual("connected"u8))
            {
                connected.TrySetResult();
            }
        }

        var token = _tokens[number] ??= signer.Sign($"idle-{number}", "PATIENT", TokenLifetime);
        var client = await HubClient.ConnectAsync(service, token, device: null, Take, cancellationToken);
        Interlocked.Exchange(ref _clients[number], client)?.Abort();
        await connected.Task.WaitAsync(cancellationToken);
        return client;
    }

    /// <summary>Drops all of them at once, without a word.</summary>
    public void DropAll()
    {
        foreach (var client in _clients)
        {
            client?.Abort();
        }
    }

    /// <summary>How many are still open.</summary>
    public int CountOpen() => _clients.Count(client => client is { IsClosed: false });

    /// <summary>Closes them.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_clients.OfType<HubClient>().Select(client => client.DisposeAsync().AsTask()));
}
