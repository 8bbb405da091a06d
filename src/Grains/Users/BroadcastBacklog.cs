using System.Diagnostics.CodeAnalysis;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Messages to any users that silos have not taken because they do not answer. However many there are, a silo is tried with one of them
/// at a time, and only so many wait for it. Safe to use from any thread.
/// </summary>
/// <param name="deliver">Hands a message for a user to a silo.</param>
/// <param name="onGone">Called for a silo that is gone, or did not answer for too long; what it had not taken is dropped.</param>
/// <param name="clock">The clock.</param>
internal sealed class BroadcastBacklog(
    Func<SiloAddress, string, UserMessage, Task> deliver, Action<SiloAddress, string, Exception> onGone, TimeProvider clock)
{
    /// <summary>How many messages wait for one silo. Where there are more, those that have waited longest are dropped.</summary>
    public const int MaxWaiting = 4096;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a silo is tried that does not answer: longer than the others take to notice that it is dead.</summary>
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, LinkedList<Waiting>> _queues = [];

    /// <summary>Puts a message behind those that wait for the silo already.</summary>
    /// <returns>False where none waits.</returns>
    public bool TryAppend(SiloAddress silo, string userId, UserMessage message)
    {
        lock (_gate)
        {
            if (!_queues.TryGetValue(silo, out var queue))
            {
                return false;
            }

            queue.AddLast(new Waiting(userId, message, clock.GetTimestamp()));
            if (queue.Count > MaxWaiting)
            {
                queue.RemoveFirst();
            }

            return true;
        }
    }

    /// <summary>Keeps a message that the silo did not take, and begins to deliver it again. Does not wait for that.</summary>
    public void Add(SiloAddress silo, string userId, UserMessage message)
    {
        lock (_gate)
        {
            if (TryAppend(silo, userId, message))
            {
                return;
            }

            _queues.Add(silo, new LinkedList<Waiting>([new Waiting(userId, message, clock.GetTimestamp())]));
        }

        // Not on the scheduler of the grain that happened to be first: the messages are those of all.
        _ = Task.Run(() => DeliverAllAsync(silo));
    }

    /// <summary>Delivers the messages of a silo, in order, until it has taken all or is gone.</summary>
    private async Task DeliverAllAsync(SiloAddress silo)
    {
        await Task.Delay(RetryInterval, clock);
        while (TryPeek(silo, out var next))
        {
            var (userId, message, since) = next.Value;
            try
            {
                await deliver(silo, userId, message);
                Remove(next);
            }
            catch (Exception e) when (SiloGateways.IsNoAnswer(e) && clock.GetElapsedTime(since) < RetryTimeout)
            {
                await Task.Delay(RetryInterval, clock);
            }
            catch (Exception e)
            {
                Forget(silo);
                onGone(silo, userId, e);
                return;
            }
        }
    }

    /// <summary>The message that has waited longest. Where there is none, the silo answers again.</summary>
    private bool TryPeek(SiloAddress silo, [NotNullWhen(true)] out LinkedListNode<Waiting>? next)
    {
        lock (_gate)
        {
            next = _queues[silo].First;
            if (next is null)
            {
                _queues.Remove(silo);
            }

            return next is not null;
        }
    }

    private void Remove(LinkedListNode<Waiting> taken)
    {
        lock (_gate)
        {
            // It may have been dropped meanwhile.
            taken.List?.Remove(taken);
        }
    }

    private void Forget(SiloAddress silo)
    {
        lock (_gate)
        {
            _queues.Remove(silo);
        }
    }

    private sealed record Waiting(string UserId, UserMessage Message, long Since);
}
