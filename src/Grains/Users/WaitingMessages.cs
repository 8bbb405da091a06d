using System.Diagnostics.CodeAnalysis;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Messages to one user that wait to be sent, in order. Their number is limited. Clients need states, not steps: where there is no room, a
/// state is dropped for which a newer one of the same call waits.
/// </summary>
/// <param name="maxCount">How many may wait; at least 2.</param>
internal sealed class WaitingMessages(int maxCount)
{
    private readonly LinkedList<UserMessage> _messages = new();

    /// <summary>How many wait.</summary>
    public int Count => _messages.Count;

    /// <summary>Puts a message behind the others. Where there is no room, another one is dropped.</summary>
    /// <returns>False where no waiting message makes up for the one that was dropped.</returns>
    public bool Add(UserMessage message)
    {
        _messages.AddLast(message);
        if (_messages.Count <= maxCount)
        {
            return true;
        }

        var outdated = FindOutdated();
        _messages.Remove(outdated ?? _messages.First!);
        return outdated is not null;
    }

    /// <summary>The message that has waited longest.</summary>
    public bool TryPeek([NotNullWhen(true)] out UserMessage? message)
    {
        message = _messages.First?.Value;
        return message is not null;
    }

    /// <summary>Takes the message that has waited longest.</summary>
    public bool TryTake([NotNullWhen(true)] out UserMessage? message)
    {
        if (!TryPeek(out message))
        {
            return false;
        }

        _messages.RemoveFirst();
        return true;
    }

    /// <summary>Takes a message that was found by <see cref="TryPeek"/>, if it still waits.</summary>
    public void Remove(UserMessage message) => _messages.Remove(message);

    /// <summary>The oldest state for which a newer one of the same call waits.</summary>
    private LinkedListNode<UserMessage>? FindOutdated()
    {
        var newest = new Dictionary<(string CallId, bool WatchersOnly), UserMessage>();
        foreach (var message in _messages.Where(message => message.Kind == UserMessageKind.Status))
        {
            newest[(message.Session.Id, message.WatchersOnly)] = message;
        }

        for (var node = _messages.First; node is not null; node = node.Next)
        {
            var message = node.Value;
            if (message.Kind == UserMessageKind.Status && newest[(message.Session.Id, message.WatchersOnly)] != message)
            {
                return node;
            }
        }

        return null;
    }
}
