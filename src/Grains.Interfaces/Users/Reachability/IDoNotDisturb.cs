namespace Fayo.Calls;

/// <summary>Until when users do not want to be called. The time is that of the service.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IDoNotDisturb
{
    /// <summary>Has new calls to a user not ring until a time.</summary>
    Task SetAsync(string userId, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Until when calls to a user do not ring; null where they ring.</summary>
    Task<DateTimeOffset?> ReadAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Has calls to a user ring again.</summary>
    Task ClearAsync(string userId, CancellationToken cancellationToken);
}
