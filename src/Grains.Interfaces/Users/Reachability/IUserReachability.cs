namespace Fayo.Calls;

/// <summary>Keeps how users can be reached, for those who list them.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IUserReachability
{
    /// <summary>How users can be reached.</summary>
    /// <returns>By user id; users of whom nothing is known are not in it.</returns>
    Task<IReadOnlyDictionary<string, UserReachability>> ReadAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken);

    /// <summary>Notes when users' devices were last known to be there. A time before the one on record changes nothing.</summary>
    /// <param name="seen">When, by user id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NoteSeenAsync(IReadOnlyDictionary<string, DateTimeOffset> seen, CancellationToken cancellationToken);

    /// <summary>Notes how many devices of a user are registered for push.</summary>
    Task NotePushDevicesAsync(string userId, int count, CancellationToken cancellationToken);
}
