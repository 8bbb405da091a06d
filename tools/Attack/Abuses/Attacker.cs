using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Calls;
using Fayo.Calls.Tools.Http;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>What abuses have in common: the accounts of attackers, and a count of what the service answers.</summary>
/// <param name="Service">The service, on this machine.</param>
/// <param name="Signer">Signs the JWTs of accounts that the attackers have.</param>
/// <param name="Pace">How fast the attackers are.</param>
internal sealed record Attacker(Uri Service, JwtSigner Signer, Pace Pace)
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(20);

    /// <summary>What the service answered: HTTP statuses, and what became of connections.</summary>
    public Tally Answers { get; } = new();

    /// <summary>A JWT of an account.</summary>
    public string SignToken(string userId, string role = "PATIENT") => Signer.Sign(userId, role, TokenLifetime);

    /// <summary>The Authorization header of an account, with its line end.</summary>
    public byte[] SignHeader(string userId, string role = "PATIENT") => Authorization(SignToken(userId, role));

    /// <summary>An Authorization header with any token, with its line end.</summary>
    public static byte[] Authorization(string token) => Encoding.ASCII.GetBytes($"Authorization: Bearer {token}\r\n");

    /// <summary>Opens a call, as a preparation.</summary>
    /// <returns>The call's id; null where the service refuses.</returns>
    public async Task<string?> OpenCallAsync(byte[] header, string? recipientId)
    {
        using var connection = new HttpConnection(Service);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { recipientId });
        return await TrySendAsync(connection, () => connection.SendAsync("POST", "/api/v1/calls/session", header, body)) is 200 or 201
            ? SessionJson.ReadSessionId(connection.Body)
            : null;
    }

    /// <summary>Sends requests over some connections, one after another on each, and counts the answers.</summary>
    public Task RequestAsync(
        int connections, Func<HttpConnection, int, ValueTask<int>> send, CancellationToken cancellationToken)
    {
        var number = 0;
        return Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                using var connection = new HttpConnection(Service);
                while (!cancellationToken.IsCancellationRequested
                    && Interlocked.Increment(ref number) is var mine and < HttpAbuse.MaxRequests)
                {
                    await Pace.WaitAsync(cancellationToken);
                    if (await TrySendAsync(connection, () => send(connection, mine)) == 0)
                    {
                        await Task.Delay(PauseAfterFailure, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                }
            },
            CancellationToken.None)));
    }

    /// <returns>The status; 0 where there was no answer.</returns>
    private async Task<int> TrySendAsync(HttpConnection connection, Func<ValueTask<int>> send)
    {
        try
        {
            var status = await send();
            Answers.Add(status.ToString(CultureInfo.InvariantCulture));
            return status;
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            Answers.Add(e is TimeoutException ? "no answer" : "closed");
            return 0;
        }
    }
}
