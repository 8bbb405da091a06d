using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Tools.Hub;
using Fayo.Calls.Tools.SocketIo;

namespace Fayo.Calls.Tools.Calls;

/// <summary>
/// A caller and a callee who are in at most one call at a time. Their tokens and request bodies are made once, not with every
/// call.
/// </summary>
public sealed class UserPair
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);
    private static readonly TimeSpan InvitationTimeout = TimeSpan.FromSeconds(5);

    private readonly string _calleeToken;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Invitation>? _expected;

    /// <summary>Signs the pair's JWTs.</summary>
    /// <param name="number">Tells the pair from others.</param>
    /// <param name="signer">Signs the JWTs.</param>
    public UserPair(int number, JwtSigner signer)
    {
        CalleeId = $"callee-{number}";
        _calleeToken = signer.Sign(CalleeId, "PATIENT", TokenLifetime);
        CallerHeader = Header(signer.Sign($"caller-{number}", "DOCTOR", TokenLifetime));
        CalleeHeader = Header(_calleeToken);
        CreateBody = JsonSerializer.SerializeToUtf8Bytes(new { recipientId = CalleeId, callType = "VIDEO" });
    }

    /// <summary>The callee's user id.</summary>
    public string CalleeId { get; }

    /// <summary>The caller's Authorization header.</summary>
    public byte[] CallerHeader { get; }

    /// <summary>The callee's Authorization header.</summary>
    public byte[] CalleeHeader { get; }

    /// <summary>The body of the request that calls the callee.</summary>
    public byte[] CreateBody { get; }

    /// <summary>Connects the callee to the hub, and waits until the service says so.</summary>
    public async Task<LeanHubClient> ConnectAsync(Uri service, CancellationToken cancellationToken)
    {
        var client = await LeanHubClient.ConnectAsync(service, _calleeToken, device: null, Handle, cancellationToken);
        await _connected.Task.WaitAsync(cancellationToken);
        return client;
    }

    /// <summary>Connects the callee by Socket.IO, and waits until the service says so.</summary>
    public async Task<LeanSocketIoClient> ConnectBySocketIoAsync(Uri service, CancellationToken cancellationToken)
    {
        var client = await LeanSocketIoClient.ConnectAsync(service, _calleeToken, Handle, cancellationToken);
        await _connected.Task.WaitAsync(cancellationToken);
        return client;
    }

    /// <summary>Makes <see cref="WaitForInvitationAsync"/> return the next invitation.</summary>
    public void ExpectInvitation() =>
        Volatile.Write(ref _expected, new TaskCompletionSource<Invitation>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Waits for the invitation, which may arrive before the answer to the request that caused it.</summary>
    /// <exception cref="TimeoutException">It has not come within 5 seconds.</exception>
    public Task<Invitation> WaitForInvitationAsync() => _expected!.Task.WaitAsync(InvitationTimeout);

    private void Handle(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
    {
        if (target.SequenceEqual("call_invitation"u8))
        {
            var receivedAt = Stopwatch.GetTimestamp();
            Volatile.Read(ref _expected)?.TrySetResult(new Invitation(SessionJson.ReadId(argument), receivedAt));
        }
        else if (target.SequenceEqual("connected"u8))
        {
            _connected.TrySetResult();
        }
    }

    private static byte[] Header(string token) => Encoding.ASCII.GetBytes($"Authorization: Bearer {token}\r\n");
}
