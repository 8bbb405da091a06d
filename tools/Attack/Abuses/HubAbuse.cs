using System.Globalization;
using System.Net.WebSockets;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>Connections to the hub that send one message after another, and connect again when they are closed.</summary>
/// <param name="name">As <c>--only</c> takes it.</param>
/// <param name="sockets">How many connections there are.</param>
/// <param name="isReading">Whether they read what the service sends.</param>
/// <param name="prepare">Makes what makes the message with a number; a message that is empty is a pause of a second.</param>
/// <param name="hasToken">Whether they have a valid token.</param>
internal sealed class HubAbuse(
    string name, int sockets, bool isReading, Func<Attacker, string, Task<Func<int, byte[]>>> prepare, bool hasToken = true) : IAbuse
{
    private const int MaxMessages = 500_000;

    private static readonly byte[] Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray();
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task RunAsync(Attacker attacker, CancellationToken cancellationToken)
    {
        var user = $"attacker-{name}";
        var make = await prepare(attacker, user);
        var token = hasToken ? attacker.SignToken(user) : "not.a.token";
        var number = 0;
        await Task.WhenAll(Enumerable.Range(0, sockets).Select(_ => Task.Run(
            async () =>
            {
                while (!cancellationToken.IsCancellationRequested && Volatile.Read(ref number) < MaxMessages)
                {
                    await attacker.Pace.WaitAsync(cancellationToken);
                    await ConnectOnceAsync(attacker, token, () => make(Interlocked.Increment(ref number)), cancellationToken);
                    await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            },
            CancellationToken.None)));
    }

    private async Task ConnectOnceAsync(Attacker attacker, string token, Func<byte[]> make, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.CollectHttpResponseDetails = true;
        var isConnected = false;
        try
        {
            using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            connecting.CancelAfter(ConnectTimeout);
            await socket.ConnectAsync(new UriBuilder(attacker.Service) { Scheme = "ws", Path = "/ws/calls" }.Uri, connecting.Token);
            isConnected = true;
            attacker.Answers.Add("connected");
            await socket.SendAsync(Handshake, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            var reading = isReading ? ReadAsync(socket, cancellationToken) : Task.CompletedTask;
            while (!cancellationToken.IsCancellationRequested && socket.State == WebSocketState.Open)
            {
                var message = make();
                if (message.Length == 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                    continue;
                }

                await attacker.Pace.WaitAsync(cancellationToken);
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
                attacker.Answers.Add("sent");
            }

            await reading;
            attacker.Answers.Add("closed");
        }
        catch (OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                attacker.Answers.Add("no answer");
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            attacker.Answers.Add(isConnected ? "closed" : ((int)socket.HttpStatusCode).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, cancellationToken)).MessageType != WebSocketMessageType.Close)
            {
                // What the service says is of no interest here.
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // Sending notices that the connection has ended.
        }
    }
}
