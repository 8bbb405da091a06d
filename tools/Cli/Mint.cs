using System.Diagnostics;
using Fayo.Calls.Agora;

namespace Fayo.Calls.Cli;

/// <summary>Mints Agora tokens outside the service: one to try, or as many as a core can.</summary>
internal static class Mint
{
    // By then the code is compiled for speed and the heap has grown to its size; bench/mint.mjs warms up for as long.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Mints one token, valid from now.</summary>
    /// <param name="appId">The Agora app id: 32 hexadecimal characters.</param>
    /// <param name="certificate">The Agora app certificate: 32 hexadecimal characters.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="account">The user account who joins it.</param>
    /// <param name="role"><c>HOST</c> or <c>AUDIENCE</c>.</param>
    /// <param name="ttlSeconds">How long the token lives: 60 to 86400 seconds.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">One of the values is refused; the message says which and why.</exception>
    public static string Token(string appId, string certificate, string channel, string account, string role, int ttlSeconds)
    {
        var agoraRole = role switch
        {
            "HOST" => AgoraRole.Host,
            "AUDIENCE" => AgoraRole.Audience,
            _ => throw new ArgumentException("The role is HOST or AUDIENCE.", nameof(role)),
        };
        var issuer = new CredentialIssuer(new AgoraProject(appId, certificate));
        return issuer.Issue(channel, account, agoraRole, ttlSeconds, TimeProvider.System.GetUtcNow()).Token;
    }

    /// <summary>Counts how many tokens one thread mints, after warming up for four seconds, as <c>bench/mint.mjs</c> does for npm's
    /// <c>agora-token</c>.</summary>
    /// <param name="duration">How long to count.</param>
    /// <returns>The figure.</returns>
    public static MintFigure Measure(TimeSpan duration)
    {
        var issuer = new CredentialIssuer(new AgoraProject("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"));
        Run(issuer, WarmUp);
        return Run(issuer, duration);
    }

    private static MintFigure Run(CredentialIssuer issuer, TimeSpan duration)
    {
        const int Batch = 50;
        var clock = Stopwatch.StartNew();
        var minted = 0L;
        var characters = 0L;
        while (clock.Elapsed < duration)
        {
            for (var i = 0; i < Batch; i++)
            {
                var channel = $"call_00000000-0000-4000-8000-{minted:D12}";
                var account = $"caller-{minted % 1000}";
                var issued = issuer.Issue(channel, account, AgoraRole.Host, 3600, TimeProvider.System.GetUtcNow());
                characters += issued.Token.Length;
                minted++;
            }
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return new MintFigure(Math.Round(minted / seconds), Math.Round(seconds * 1e6 / minted, 2), (int)(characters / minted));
    }
}

/// <summary>What one thread mints.</summary>
/// <param name="TokensPerSecond">Tokens per second.</param>
/// <param name="MicrosecondsPerToken">Microseconds per token.</param>
/// <param name="TokenCharacters">Characters in a token, on average.</param>
internal sealed record MintFigure(double TokensPerSecond, double MicrosecondsPerToken, int TokenCharacters);
