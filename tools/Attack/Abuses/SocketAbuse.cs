using System.Net;
using System.Net.Sockets;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>TCP connections that begin with something, or with nothing, and then send a byte a second, or nothing.</summary>
/// <param name="name">As <c>--only</c> takes it.</param>
/// <param name="sockets">How many are held at a time.</param>
/// <param name="begin">What each sends first.</param>
/// <param name="drip">The byte that each sends every second; null for none.</param>
internal sealed class SocketAbuse(string name, int sockets, Func<Attacker, byte[]> begin, byte? drip) : IAbuse
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task RunAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        var first = begin(attacker);
        return Task.WhenAll(Enumerable.Range(0, sockets).Select(async number =>
        {
            // Not all in the same moment: the kernel's queue of new connections is not what is tried here.
            await Task.Delay(number, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!cancellationToken.IsCancellationRequested)
            {
                await HoldOnceAsync(attacker, first, cancellationToken);
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }));
    }

    private async Task HoldOnceAsync(Attacker attacker, byte[] first, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, attacker.Service.Port), cancellationToken);
            attacker.Answers.Add("connected");
            await socket.SendAsync(first, cancellationToken);
            var ended = WaitForEndAsync(socket, cancellationToken);
            while (!ended.IsCompleted)
            {
                await Task.WhenAny(ended, Task.Delay(Interval, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                if (drip is { } more)
                {
                    await socket.SendAsync(new[] { more }, cancellationToken);
                }
            }

            attacker.Answers.Add("closed");
        }
        catch (SocketException)
        {
            attacker.Answers.Add("closed");
        }
        catch (OperationCanceledException)
        {
            // The abuse is over.
        }
    }

    private static async Task WaitForEndAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
        {
            // An answer is followed by the end of the connection.
        }
    }
}
