using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Fayo.Calls.Cli.Bench;

/// <summary>A caller and a callee who are in at most one call at a time, with everything about them made ready beforehand.</summary>
internal sealed class Pair
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);
    private static readonly TimeSpan InvitationLimit = TimeSpan.FromSeconds(5);

    private readonly string _calleeToken;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Invitation>? _awaited;

    /// <summary>Mints the pair's JWTs.</summary>
    public Pair(int number, JwtSigner signer)
    {
        CalleeId = $"callee-{number}";
        _calleeToken = signer.Sign(CalleeId, "PATIENT", TokenLifetime);
        CallerHeader = Header(signer.Sign($"caller-{number}", "DOCTOR", TokenLifetime));
        CalleeHeader = Header(_calleeToken);
        CreateBody = JsonSerializer.SerializeToUtf8Bytes(new { recipientId = CalleeId, callType = "VIDEO" });
    }

    /// <summary>Who is called.</summary>
    public string CalleeId { get; }

    /// <summary>The caller's Authorization header.</summary>
    public byte[] CallerHeader { get; }

    /// <summary>The callee's Authorization header.</summary>
    public byte[] CalleeHeader { get; }

    /// <summary>The body that calls the callee.</summary>
    public byte[] CreateBody { get; }

    /// <summary>Connects the callee to the hub, and waits until the service says so.</summary>
    public async Task<HubClient> ConnectAsync(Uri service, CancellationToken cancellationToken)
    {
        var client = await HubClient.ConnectAsync(service, _calleeToken, device: null, Take, cancellationToken);
        await _connected.Task.WaitAsync(cancellationToken);
        return client;
    }

    /// <summary>From now on, the next invitation is the one that <see cref="WaitForInvitationAsync"/> returns.</summary>
    public void ExpectInvitation() =>
        Volatile.Write(ref _awaited, new TaskCompletionSource<Invitation>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>The invitation, which may have come before the answer to the request that caused it.</summary>
    /// <exception cref="TimeoutException">It has not come within 5 seconds.</exception>
    public Task<Invitation> WaitForInvitationAsync() => _awaited!.Task.WaitAsync(InvitationLimit);

    private void Take(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
    {
        if (target.SequenceEqual("call_invitation"u8))
        {
            var at = Stopwatch.GetTimestamp();
            Volatile.Read(ref _awaited)?.TrySetResult(new Invitation(SessionJson.ReadId(argument), at));
        }
        else if (target.SequenceEqual("connected"u8))
        {
            _connected.TrySetResult();
        }
    }

    private static byte[] Header(string token) => Encoding.ASCII.GetBytes($"Authorization: Bearer {token}\r\n");
}

/// <summary>An invitation as it came in.</summary>
/// <param name="CallId">Of which call.</param>
/// <param name="At">When, as <see cref="Stopwatch.GetTimestamp"/>.</param>
internal readonly record struct Invitation(string CallId, long At);
