using Fayo.Calls.Tools.Http;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>A flood of requests over a few connections.</summary>
/// <param name="name">As <c>--only</c> takes it.</param>
/// <param name="prepare">Makes what sends the request with a number.</param>
internal sealed class HttpAbuse(string name, Func<Attacker, Task<Func<HttpConnection, int, ValueTask<int>>>> prepare) : IAbuse
{
    /// <summary>An abuse ends after this many requests.</summary>
    public const int MaxRequests = 200_000;

    private const int Connections = 8;

    /// <summary>A flood that needs no preparation.</summary>
    public HttpAbuse(string name, Func<Attacker, Func<HttpConnection, int, ValueTask<int>>> prepare)
        : this(name, attacker => Task.FromResult(prepare(attacker)))
    {
    }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task RunAsync(Attacker attacker, CancellationToken cancellationToken) =>
        await attacker.RequestAsync(Connections, await prepare(attacker), cancellationToken);
}
