namespace Fayo.Calls.Grains.Users;

/// <summary>What the grain of a user, in memory on this silo, lets others know without a call.</summary>
/// <param name="userId">The user.</param>
/// <param name="grain">The activation.</param>
internal sealed class LocalUser(string userId, IGrainContext grain)
{
    private volatile bool _isOnlyHere;

    /// <summary>The user.</summary>
    public string UserId => userId;

    /// <summary>
    /// True where no silo but this one has, or may have, a connection of the user. Set by the grain, read from any thread. An activation
    /// that has ended knows nothing any more.
    /// </summary>
    public bool IsOnlyHere
    {
        get => _isOnlyHere && !grain.Deactivated.IsCompleted;
        set => _isOnlyHere = value;
    }
}
