using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.AdoNet;

namespace Orleans.Runtime;

/// <summary>Sends reminders when they are due: all of them from one timer, which is set to the next one.</summary>
internal sealed class ReminderService(AdoNetReminderTable table, GrainFactory grains, TimeProvider time, ILogger<ReminderService> logger)
    : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(GrainId GrainId, string Name), Reminder> _reminders = new();
    private readonly PriorityQueue<(Reminder Reminder, DateTime Tick), DateTime> _schedule = new();
    private ITimer? _timer;

    /// <summary>Orleans' minimum.</summary>
    public static TimeSpan MinimumPeriod { get; } = TimeSpan.FromMinutes(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await table.LoadAsync(cancellationToken);
        var reminders = await table.ReadAllAsync(cancellationToken);
        _timer = time.CreateTimer(_ => SendDue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        reminders.ForEach(Schedule);
    }

    public void Dispose() => _timer?.Dispose();

    public async Task<IGrainReminder> RegisterAsync(GrainId grainId, string name, TimeSpan dueTime, TimeSpan period)
    {
        var reminder = await table.UpsertAsync(new(grainId, name, Now + dueTime, period, Version: 0));
        Schedule(reminder);
        return reminder;
    }

    /// <exception cref="OrleansException">The reminder was changed or removed since it was looked up.</exception>
    public async Task UnregisterAsync(Reminder reminder)
    {
        if (!await table.DeleteAsync(reminder))
        {
            throw new OrleansException($"Could not unregister reminder {reminder.Name} of {reminder.GrainId}: it was changed or removed.");
        }

        _reminders.TryRemove(KeyValuePair.Create((reminder.GrainId, reminder.Name), reminder));
    }

    public IGrainReminder? Find(GrainId grainId, string name) => _reminders.GetValueOrDefault((grainId, name));

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private void Schedule(Reminder reminder)
    {
        _reminders[(reminder.GrainId, reminder.Name)] = reminder;
        var tick = reminder.NextTick(Now);
        lock (_schedule)
        {
            _schedule.Enqueue((reminder, tick), tick);
            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (_schedule.TryPeek(out _, out var next))
        {
            var wait = next - Now;
            _timer?.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
        }
    }

    private void SendDue()
    {
        lock (_schedule)
        {
            while (_schedule.TryPeek(out var due, out var tick) && tick <= Now)
            {
                _schedule.Dequeue();

                // An entry that was replaced or removed since it was scheduled is no longer the one on record.
                if (_reminders.GetValueOrDefault((due.Reminder.GrainId, due.Reminder.Name)) == due.Reminder)
                {
                    var next = due.Reminder.NextTick(Now);
                    _schedule.Enqueue((due.Reminder, next), next);
                    _ = SendAsync(due.Reminder);
                }
            }

            SetTimer();
        }
    }

    private async Task SendAsync(Reminder reminder)
    {
        try
        {
            await grains.GetGrain<IRemindable>(reminder.GrainId)
                .ReceiveReminder(reminder.Name, new(reminder.StartAt, reminder.Period, Now));
        }
        catch (Exception exception)
        {
            logger.ReminderFailed(exception, reminder.Name, reminder.GrainId);
        }
    }
}
