using System.Diagnostics;
using Fayo.Calls.Agora;

namespace Fayo.Calls.Bench.Minting;

/// <summary>Counts how many Agora tokens one thread makes, as <c>bench/mint.mjs</c> does for npm's <c>agora-token</c>.</summary>
internal static class MintBenchmark
{
    // By then the code is compiled for speed and the heap has grown to its size; bench/mint.mjs warms up for as long.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Warms up for four seconds, then counts.</summary>
    /// <param name="duration">How long to count.</param>
    public static MintResult Run(TimeSpan duration)
    {
        var issuer = new CredentialIssuer(new AgoraProject("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"));
        Mint(issuer, WarmUp);
        return Mint(issuer, duration);
    }

    private static MintResult Mint(CredentialIssuer issuer, TimeSpan duration)
    {
        const int Batch = 50;
        const int LifetimeSeconds = 3600;
        var clock = Stopwatch.StartNew();
        var minted = 0L;
        var characters = 0L;
        while (clock.Elapsed < duration)
        {
            for (var i = 0; i < Batch; i++)
            {
                var channel = $"call_00000000-0000-4000-8000-{minted:D12}";
                var account = $"caller-{minted % 1000}";
                var issued = issuer.Issue(channel, account, AgoraRole.Host, LifetimeSeconds, TimeProvider.System.GetUtcNow());
                characters += issued.Token.Length;
                minted++;
            }
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return new MintResult(Math.Round(minted / seconds), Math.Round(seconds * 1e6 / minted, 2), (int)(characters / minted));
    }
}
