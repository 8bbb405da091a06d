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
        var absences = await ReadAsync(callId, Task.WhenAll(userIds.Select(user => grains.GetUser(user).ReadAbsence())));
        return absences is null || Array.Exists(absences, since => since is null) ? null : absences.Max();
    }

    /// <summary>When a user lost the last connection; null where the user may be connected, or where nobody can say.</summary>
    /// <param name="callId">The call, for the log.</param>
    /// <param name="userId">The user.</param>
    public async Task<DateTimeOffset?> ReadLossAsync(string callId, string userId) =>
        await ReadAsync(callId, grains.GetUser(userId).ReadLoss());

    private async Task<TAnswer?> ReadAsync<TAnswer>(string callId, Task<TAnswer> answer)
    {
        try
        {
            return await answer.WaitAsync(AnswerTimeout, clock);
        }
        catch (Exception e)
        {
            // There is no evidence that anybody is gone.
            logger.AbsenceUnknown(e, callId);
            return default;
        }
    }
}
