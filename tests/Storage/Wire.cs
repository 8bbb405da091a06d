using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fayo.Calls.Tests.Storage;

/// <summary>The wire to the database, which a test can cut, put through to nowhere, and mend.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket> _dial;
    private readonly Task _accepting;
    private volatile State _state;

    /// <summary>A wire to a host by name or address, or to a directory with PostgreSQL's socket.</summary>
    public Wire(string host, int port)
    {
        _dial = host.StartsWith('/')
            ? () => Connected(
                new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
                new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{port}"))
            : () => Connected(new Socket(SocketType.Stream, ProtocolType.Tcp), new DnsEndPoint(host, port));
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    private enum State
    {
        Sound,
        Cut,
        Silent,
    }

    public int Port { get; }

    /// <summary>Connections break, and new ones break at once.</summary>
    public void Cut() => Become(State.Cut, breakConnections: true);

    /// <summary>Connections stay open, but nothing comes through, to new ones neither.</summary>
    public void FallSilent() => Become(State.Silent, breakConnections: false);

    /// <summary>New connections come through again.</summary>
    public void Mend() => Become(State.Sound, breakConnections: true);

    /// <summary>Connections break; new ones come through.</summary>
    public void Twitch() => Become(State.Sound, breakConnections: true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Become(State.Cut, breakConnections: true);
        await _accepting.WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Become(State state, bool breakConnections)
    {
        _state = state;
        foreach (var socket in breakConnections ? [.. _sockets.Keys] : Array.Empty<Socket>())
        {
            Break(socket);
        }
    }

    private void Break(Socket socket)
    {
        if (_sockets.TryRemove(socket, out _))
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var near = await _listener.AcceptSocketAsync(_stop.Token);
            if (_state == State.Cut)
            {
                near.Dispose();
                continue;
            }

            _sockets.TryAdd(near, true);
            if (_state == State.Sound)
            {
                var far = _dial();
                _sockets.TryAdd(far, true);
                _ = ForwardAsync(near, far);
                _ = ForwardAsync(far, near);
            }
        }
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (_state != State.Silent)
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken by the test, or by the other side.
        }

        Break(from);
        Break(to);
    }

    private static Socket Connected(Socket socket, EndPoint endPoint)
    {
        socket.Connect(endPoint);
        return socket;
    }
}
