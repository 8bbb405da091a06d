using Fayo.Calls.Gateway.Users;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// Acknowledges invitations for clients that do not do so themselves: what was delivered to such a client rings there. The delivery of
/// an invitation does not wait for it.
/// </summary>
/// <param name="grains">Finds the calls.</param>
/// <param name="devices">Keeps the devices that ring.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs what cannot be acknowledged.</param>
internal sealed class DeliveryAcknowledger(
    IGrainFactory grains, DeviceRecorder devices, TimeProvider time, ILogger<DeliveryAcknowledger> logger)
{
    /// <summary>How often it is tried while the call's grain cannot be reached.</summary>
    private const int MaxAttempts = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Begins to acknowledge an invitation that was delivered over a connection, and returns.</summary>
    public void Acknowledge(ClientConnection connection, string callId) =>
        // Away from the scheduler of the grain whose message this was, which must not wait for a call.
        _ = Task.Run(() => AcknowledgeAsync(connection, callId));

    private async Task AcknowledgeAsync(ClientConnection connection, string callId)
    {
        if (connection.DeviceId is { } device && connection.TryMarkRecorded(device))
        {
            devices.Record(connection.Caller.UserId, device);
        }

        var command = new AcknowledgeInvitation(connection.Caller, connection.Device);
        var pause = FirstPause;
        for (var attempt = 1; !connection.Closed.IsCancellationRequested; attempt++)
        {
            try
            {
                // A refusal says that it does not ring any more.
                await grains.GetCall(callId).Acknowledge(command);
                return;
            }
            catch (Exception e) when (attempt == MaxAttempts)
            {
                logger.NotAcknowledged(connection.Caller.UserId, callId, e.GetType().Name);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(pause, time, connection.Closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause *= 2;
            }
        }
    }
}
