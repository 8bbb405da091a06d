using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>
/// Tells members of staff when the users come and go whom they have on their screens. It asks the silos twice a second for all watchers of
/// this silo together, so that what it costs does not grow with their number. Without watchers it does nothing.
/// </summary>
internal sealed class PresenceBroadcaster(IPresence presence, TimeProvider time, ILogger<PresenceBroadcaster> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watcher> _watchers = new(StringComparer.Ordinal);
    private bool _isWatching;

    /// <summary>Has a connection watch users, in place of those that it watched before. It is first told of each of them.</summary>
    /// <param name="connectionId">The connection.</param>
    /// <param name="client">The way to it.</param>
    /// <param name="userIds">The users; none ends it.</param>
    /// <param name="closed">Cancelled when the connection closes.</param>
    public void Watch(string connectionId, IClientProxy client, IReadOnlyList<string> userIds, CancellationToken closed)
    {
        lock (_gate)
        {
            if (userIds.Count == 0)
            {
                _watchers.Remove(connectionId);
                return;
            }

            _watchers[connectionId] = new Watcher(client, userIds, closed);
            if (_isWatching)
            {
                return;
            }

            _isWatching = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (TryListWatchers(out var watchers))
        {
            try
            {
                string[] users = [.. watchers.SelectMany(watcher => watcher.UserIds).Distinct(StringComparer.Ordinal)];
                var devices = await presence.ReadDevicesAsync(users);
                foreach (var watcher in watchers)
                {
                    watcher.Tell(devices);
                }
            }
            catch (Exception e)
            {
                logger.PresenceUnknown(e.GetType().Name);
            }

            await Task.Delay(Pause, time);
        }
    }

    private bool TryListWatchers(out Watcher[] watchers)
    {
        lock (_gate)
        {
            foreach (var (id, watcher) in _watchers)
            {
                if (watcher.IsGone)
                {
                    _watchers.Remove(id);
                }
            }

            watchers = [.. _watchers.Values];
            _isWatching = watchers.Length > 0;
            return _isWatching;
        }
    }

    /// <summary>A connection that watches users.</summary>
    private sealed class Watcher(IClientProxy client, IReadOnlyList<string> userIds, CancellationToken closed)
    {
        private readonly Dictionary<string, int> _told = new(StringComparer.Ordinal);
        private Task _sending = Task.CompletedTask;

        public IReadOnlyList<string> UserIds => userIds;

        public bool IsGone => closed.IsCancellationRequested;

        /// <summary>Tells what has changed. A client that has not read the message before is told later.</summary>
        public void Tell(IReadOnlyDictionary<string, IReadOnlySet<string>> devices)
        {
            if (!_sending.IsCompleted)
            {
                return;
            }

            var changes = new List<UserPresenceBody>();
            foreach (var id in userIds)
            {
                var count = devices.TryGetValue(id, out var own) ? own.Count : 0;
                if (!_told.TryGetValue(id, out var before) || before != count)
                {
                    _told[id] = count;
                    changes.Add(new UserPresenceBody(id, count > 0, count));
                }
            }

            if (changes.Count > 0)
            {
                _sending = client.SendAsync(HubEvents.Presence, new PresenceBody(changes), closed);
            }
        }
    }
}
