using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.History;

/// <summary>
/// Deletes ended calls that are older than <see cref="CallOptions.KeepHistoryFor"/>, users who were not seen for
/// <see cref="CallOptions.KeepUsersFor"/>, keys of requests that are older than a day, wishes not to be disturbed whose time is over,
/// events that were sent or parked long ago, and assets of releases that are no longer in service. An hourly reminder wakes it.
/// </summary>
internal sealed class HistoryGrain(IHistoryRetention retention, CallOptions options, TimeProvider clock, ILogger<HistoryGrain> logger)
    : Grain, IHistoryGrain, IRemindable
{
    private const string ReminderName = "retention";

    /// <summary>How long an asset of the pages is kept that no silo has any more. An open page takes the new release much sooner.</summary>
    private static readonly TimeSpan PageAssetsKeptFor = TimeSpan.FromDays(30);

    public Task Schedule() => this.RegisterOrUpdateReminder(ReminderName, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Each by itself: what fails today keeps nothing else from being deleted.
        await DeleteAsync("keys of requests", () => retention.DeleteKeysAsync(CancellationToken.None));
        await DeleteAsync("wishes not to be disturbed", () => retention.DeleteDoNotDisturbAsync(CancellationToken.None));
        await DeleteAsync(
            "users", () => retention.DeleteUsersSeenBeforeAsync(clock.GetUtcNow() - options.KeepUsersFor, CancellationToken.None));
        await DeleteAsync("events", () => retention.DeleteEventsAsync(
            clock.GetUtcNow() - options.KeepSentEventsFor, clock.GetUtcNow() - options.KeepParkedEventsFor, CancellationToken.None));
        await DeleteAsync("assets of pages", () => retention.DeletePageAssetsAsync(
            clock.GetUtcNow() - PageAssetsKeptFor, CancellationToken.None));
        if (options.KeepHistoryFor > TimeSpan.Zero)
        {
            await DeleteAsync(
                "calls", () => retention.DeleteEndedBeforeAsync(clock.GetUtcNow() - options.KeepHistoryFor, CancellationToken.None));
        }
    }

    private async Task DeleteAsync(string what, Func<Task<int>> delete)
    {
        try
        {
            logger.Deleted(await delete(), what);
        }
        catch (Exception e)
        {
            logger.NotDeleted(e, what);
        }
    }
}
