using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain that wants to be reminded.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>A reminder is due. A failure is logged; the next tick comes all the same.</summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>A grain's own reminders.</summary>
    public static class GrainReminderExtensions
    {
        /// <summary>Sets a reminder, which outlives activation and process.</summary>
        /// <param name="grain">The grain to remind.</param>
        /// <param name="reminderName">Its name within the grain.</param>
        /// <param name="dueTime">Time to the first tick.</param>
        /// <param name="period">Time between ticks, at least a minute.</param>
        /// <exception cref="ArgumentException">The period is shorter than a minute, or a time is negative.</exception>
        /// <exception cref="InvalidOperationException">The grain does not implement <see cref="IRemindable"/>.</exception>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(
            this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            if (grain is not IRemindable)
            {
                throw new InvalidOperationException($"Grain {grain.GrainContext.GrainId} does not implement {nameof(IRemindable)}.");
            }

            return period < ReminderService.MinimumPeriod
                ? throw new ArgumentException(
                    $"Cannot register reminder {reminderName}: its period, {period}, is shorter than a minute.", nameof(period))
                : Service(grain).RegisterAsync(grain.GrainContext.GrainId, reminderName, dueTime, period);
        }

        public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) =>
            Service(grain).UnregisterAsync((Reminder)reminder);

        /// <summary>The reminder with this name, or null.</summary>
        public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName) =>
            Task.FromResult(Service(grain).Find(grain.GrainContext.GrainId, reminderName));

        private static ReminderService Service(IGrainBase grain) =>
            grain.GrainContext.ActivationServices.GetService<ReminderService>()
            ?? throw new OrleansConfigurationException("The reminder service has not been configured: call UseAdoNetReminderService.");
    }
}

namespace Orleans.Runtime
{
    /// <summary>A reminder that was set.</summary>
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder was first due, how often it comes, and when this tick was sent.</summary>
    public readonly record struct TickStatus(DateTime FirstTickTime, TimeSpan Period, DateTime CurrentTickTime);

    /// <summary>A row of the reminder table. Times are UTC.</summary>
    internal sealed record Reminder(GrainId GrainId, string Name, DateTime StartAt, TimeSpan Period, int Version) : IGrainReminder
    {
        string IGrainReminder.ReminderName => Name;

        public DateTime NextTick(DateTime after) => after < StartAt
            ? StartAt
            : StartAt + (Period * (((after - StartAt).Ticks / Period.Ticks) + 1));
    }
}
