using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Remembers when a user lost the last connection, and when the time to come back is over, has the calls checked that the user has placed
/// and nobody has confirmed. Belongs to the user's grain and runs on its scheduler.
/// </summary>
/// <remarks>
/// Only a silo that works can tell that a client is gone. While silos stop or die, nobody counts as lost: clients are connecting again, and
/// old ones do not connect again by themselves.
/// </remarks>
/// <param name="grain">The user's grain.</param>
/// <param name="userId">The user.</param>
/// <param name="grains">Finds the calls' grains.</param>
/// <param name="calls">Finds the user's open calls.</param>
/// <param name="grace">How long the user has to come back.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Logs calls that could not be checked.</param>
internal sealed class LostConnections(
    IGrainBase grain, string userId, IGrainFactory grains, ICallReader calls, TimeSpan grace, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How much longer a user has whose connection was cut together with many others. Clients in the field wait up to 7.5 seconds between
    /// two attempts, browsers up to 10.
    /// </summary>
    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(20);

    private bool _isUnsure;
    private IGrainTimer? _timer;
    private TimeSpan _retryDelay;

    /// <summary>When the last connection was lost; null where there is one, or where it is not certain that the client is gone.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>A connection opened.</summary>
    public void NoteConnected()
    {
        _isUnsure = false;
        Since = null;
        StopTimer();
    }

    /// <summary>A connection was, or may have been, lost with its silo: until the user connects again, nobody knows who is gone.</summary>
    public void NoteLostWithSilo() => _isUnsure |= Since is null;

    /// <summary>The last connection closed at a silo that was well.</summary>
    public void NoteLastLost()
    {
        if (_isUnsure || Since is not null)
        {
            return;
        }

        Since = clock.GetUtcNow();
        _retryDelay = FirstRetryDelay;
        _timer = grain.RegisterGrainTimer(
            CheckCallsAsync, new GrainTimerCreationOptions(grace, FirstRetryDelay) { Interleave = true, KeepAlive = true });
    }

    /// <summary>The last connection was cut together with many others.</summary>
    public void NoteCut()
    {
        if (Since is not null)
        {
            _timer?.Change(grace + CutGrace, FirstRetryDelay);
        }
    }

    /// <summary>
    /// Has the calls checked that the user placed before losing the last connection. Checks again, ever more rarely, as long as there are
    /// such calls: one may not have been reached, or the user may have asked something of it without a connection.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the timer is disposed: by then there may be a newer one, which is left alone.</param>
    private async Task CheckCallsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var open = await calls.ListOpenAsync(userId, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            var placed = open.Where(IsToBeChecked).ToList();
            foreach (var call in placed)
            {
                _ = CheckAsync(call.Id);
            }

            if (placed.Count == 0)
            {
                StopTimer();
                return;
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (CallStoreUnavailableException e)
        {
            logger.CallsNotListed(userId, e.Message);
        }

        _timer?.Change(_retryDelay, _retryDelay);
        _retryDelay = _retryDelay * 2 < MaxRetryDelay ? _retryDelay * 2 : MaxRetryDelay;
    }

    private bool IsToBeChecked(CallSession call) =>
        call.InitiatorId == userId && call.CreatedAt < Since && call.Status != CallStatus.Active;

    /// <summary>Not waited for: calls wait for users, and users never for calls.</summary>
    private async Task CheckAsync(string callId)
    {
        try
        {
            await grains.GetCall(callId).CheckCaller();
        }
        catch (Exception e)
        {
            logger.CallNotChecked(e, callId);
        }
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
