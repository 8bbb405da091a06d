namespace Fayo.Calls.Grains.Users;

/// <summary>
/// The messages that silos have not taken yet, by silo and in order. A silo that does not answer may be dying, or may only be out of reach
/// for a moment: it is tried again, while the user's devices at other silos have been notified already.
/// </summary>
/// <param name="deliver">Hands a message to a silo.</param>
/// <param name="onGone">Called once for a silo that is gone, or did not answer for too long; what it had not taken is dropped.</param>
/// <param name="clock">The clock.</param>
internal sealed class SiloOutboxes(Func<SiloAddress, UserMessage, Task> deliver, Action<SiloAddress, Exception> onGone, TimeProvider clock)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silo is tried that does not answer: longer than the others take to notice that it is dead.</summary>
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How many messages wait for one silo: more than a user has open calls.</summary>
    private const int MaxWaiting = 128;

    private readonly Dictionary<SiloAddress, WaitingMessages> _queues = [];

    /// <summary>Puts a message behind those that wait for the silo already.</summary>
    /// <returns>False where none waits.</returns>
    public bool TryAppend(SiloAddress silo, UserMessage message)
    {
        if (!_queues.TryGetValue(silo, out var queue))
        {
            return false;
        }

        queue.Add(message);
        return true;
    }

    /// <summary>Keeps a message that the silo did not take, and begins to deliver it again. Does not wait for that.</summary>
    public void Add(SiloAddress silo, UserMessage message)
    {
        var queue = new WaitingMessages(MaxWaiting);
        queue.Add(message);
        _queues.Add(silo, queue);
        _ = DeliverAllAsync(silo);
    }

    /// <summary>Delivers the messages of a silo, in order, until it has taken all or is gone.</summary>
    private async Task DeliverAllAsync(SiloAddress silo)
    {
        var queue = _queues[silo];
        var start = clock.GetTimestamp();
        try
        {
            await Task.Delay(RetryInterval, clock);
            while (queue.TryPeek(out var message))
            {
                try
                {
                    await deliver(silo, message);
                    queue.Remove(message);
                }
                catch (Exception e) when (SiloGateways.IsNoAnswer(e) && clock.GetElapsedTime(start) < RetryTimeout)
                {
                    await Task.Delay(RetryInterval, clock);
                }
            }
        }
        catch (Exception e)
        {
            onGone(silo, e);
        }
        finally
        {
            _queues.Remove(silo);
        }
    }
}
