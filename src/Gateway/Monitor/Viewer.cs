using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>
/// Somebody who watches. What a round has to tell is sent in that round; or, while the viewer is still reading, kept by call,
/// so that a slow one gets fewer and larger messages. One that has too much to catch up with gets the whole list anew, and one
/// that takes nothing at all is closed.
/// </summary>
/// <param name="socket">SignalR's side of it.</param>
/// <param name="userId">Who it is.</param>
/// <param name="sendTimeout">How long one message may take to be written.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Notes who was closed.</param>
internal sealed class Viewer(HubConnectionContext socket, string userId, TimeSpan sendTimeout, TimeProvider time, ILogger logger)
{
    /// <summary>How many calls may wait.</summary>
    private const int MaxWaiting = 20_000;

    private readonly Dictionary<string, MonitoredCall> _waiting = new(StringComparer.Ordinal);
    private bool _needsList = true;
    private bool _needsSummary = true;
    private Task _sending = Task.CompletedTask;
    private long _sendingSince;
    private bool _isDropped;

    /// <summary>Tells what a round has to tell. Never waits; one round at a time.</summary>
    public void Send(MonitorRound round)
    {
        _needsList |= round.IsReset;
        _needsSummary |= round.IsSummaryNew;
        if (!_sending.IsCompleted)
        {
            Wait(round);
            if (!_isDropped && time.GetElapsedTime(Interlocked.Read(ref _sendingSince)) >= sendTimeout)
            {
                Drop();
            }

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
                Interlocked.Exchange(ref _sendingSince, time.GetTimestamp());
                await socket.WriteAsync(message);
            }
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            // Whoever serves the connection finds that out too.
        }
    }

    private void Drop()
    {
        _isDropped = true;
        logger.ViewerDropped(userId, socket.ConnectionId);
        socket.AbortImmediately();
    }
}
