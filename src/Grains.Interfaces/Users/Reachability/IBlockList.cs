namespace Fayo.Calls;

/// <summary>Whose calls do not ring for a user.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IBlockList
{
    /// <summary>How many users one user may have blocked.</summary>
    const int MaxUsers = 1000;

    /// <summary>
    /// Blocks a user. A call of that user that rings for the other at this moment is silent from then on; its grain has to be told.
    /// </summary>
    /// <param name="userId">Who blocks.</param>
    /// <param name="blockedId">Who is blocked.</param>
    /// <param name="overridingRoles">Calls of users with these roles go on ringing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Since when the user is blocked, and the calls that have become silent; null where the list is full.</returns>
    Task<Blocking?> BlockAsync(
        string userId, string blockedId, IReadOnlyList<string> overridingRoles, CancellationToken cancellationToken);

    /// <summary>Takes a user off the list. Nothing happens where that user is not on it.</summary>
    Task UnblockAsync(string userId, string blockedId, CancellationToken cancellationToken);

    /// <summary>The users on the list, the latest first.</summary>
    Task<IReadOnlyList<BlockedUser>> ListAsync(string userId, CancellationToken cancellationToken);
}
