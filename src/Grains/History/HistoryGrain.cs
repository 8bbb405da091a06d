using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.History;

/// <summary>
/// Deletes ended calls that are older than <see cref="CallOptions.KeepHistoryFor"/>, users who were not seen for
/// <see cref="CallOptions.KeepUsersFor"/>, and keys of requests that are older than a day. An hourly reminder wakes it.
/// </summary>
internal sealed class HistoryGrain(IHistoryRetention retention, CallOptions options, TimeProvider clock, ILogger<HistoryGrain> logger)
    : Grain, IHistoryGrain, IRemindable
{
    private const string ReminderName = "retention";

    public Task Schedule() => this.RegisterOrUpdateReminder(ReminderName, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await retention.DeleteKeysAsync(CancellationToken.None);
        await retention.DeleteUsersSeenBeforeAsync(clock.GetUtcNow() - options.KeepUsersFor, CancellationToken.None);
        if (options.KeepHistoryFor > TimeSpan.Zero)
        {
            var before = clock.GetUtcNow() - options.KeepHistoryFor;
            var deleted = await retention.DeleteEndedBeforeAsync(before, CancellationToken.None);
            logger.HistoryDeleted(deleted, before);
        }
    }
}
