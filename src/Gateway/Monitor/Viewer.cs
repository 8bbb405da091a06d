using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>
/// A member of staff who watches the calls. Each round is sent to the viewer at once. While the viewer still reads, the changes
/// are kept, one for each call, so that a slow viewer gets fewer and larger messages. A viewer with too many kept changes gets
/// the whole list again, and a viewer that reads nothing is closed by its <see cref="HubSocket"/>.
/// </summary>
/// <param name="socket">SignalR's connection.</param>
/// <param name="userId">Who watches.</param>
internal sealed class Viewer(HubConnectionContext socket, string userId)
{
    /// <summary>How many calls may have changes that are kept.</summary>
    private const int MaxWaiting = 20_000;

    private readonly Dictionary<string, MonitoredCall> _waiting = new(StringComparer.Ordinal);
    private bool _needsList = true;
    private bool _needsSummary = true;
    private Task _sending = Task.CompletedTask;

    /// <summary>Who watches.</summary>
    public string UserId => userId;

    /// <summary>Sends a round, or keeps it for later. Never waits. Must be called for one round at a time.</summary>
    public void Send(MonitorRound round)
    {
        _needsList |= round.IsReset;
        _needsSummary |= round.IsSummaryNew;
        if (!_sending.IsCompleted)
        {
            Wait(round);
            return;
        }

        var messages = new List<SerializedHubMessage>();
        if (!_needsList)
        {
            AddChanges(messages, round);
        }
        else if (round.List is { } list)
        {
            _needsList = false;
            _waiting.Clear();
            messages.AddRange(list);
        }

        if (_needsSummary && round.Summary is { } summary)
        {
            _needsSummary = false;
            messages.Add(summary);
        }

        if (messages.Count > 0)
        {
            _sending = SendAsync(messages);
        }
    }

    private void AddChanges(List<SerializedHubMessage> messages, MonitorRound round)
    {
        if (_waiting.Count == 0)
        {
            if (round.Update is { } update)
            {
                messages.Add(update);
            }

            return;
        }

        Wait(round);
        messages.Add(round.MakeUpdate(_waiting.Values));
        _waiting.Clear();
    }

    private void Wait(MonitorRound round)
    {
        foreach (var call in _needsList ? [] : round.Changes)
        {
            _waiting[call.Session.Id] = call;
        }

        if (_needsList || _waiting.Count > MaxWaiting)
        {
            _needsList = true;
            _waiting.Clear();
        }
    }

    private async Task SendAsync(List<SerializedHubMessage> messages)
    {
        try
        {
            foreach (var message in messages)
            {
                await socket.WriteAsync(message);
            }
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            // The hub finds out as well, and closes the connection.
        }
    }
}
