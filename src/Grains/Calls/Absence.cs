using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Finds out whether the participants of a call are still connected.</summary>
/// <param name="grains">Finds the users' grains.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Logs when it cannot be found out.</param>
internal sealed class Absence(IGrainFactory grains, TimeProvider clock, ILogger logger)
{
    /// <summary>How long a user's grain may take to answer. The sweep waits for it.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Since when none of these users has had a connection; null where one of them has one, or where nobody can say.</summary>
    /// <param name="callId">The call, for the log.</param>
    /// <param name="userIds">The users.</param>
    public async Task<DateTimeOffset?> ReadAsync(string callId, params string[] userIds)
    {
        try
        {
            var absences = await Task.WhenAll(userIds.Select(user => grains.GetUser(user).ReadAbsence())).WaitAsync(AnswerTimeout, clock);
            return Array.Exists(absences, since => since is null) ? null : absences.Max();
        }
        catch (Exception e)
        {
            // There is no evidence that anybody is gone.
            logger.AbsenceUnknown(e, callId);
            return null;
        }
    }
}
