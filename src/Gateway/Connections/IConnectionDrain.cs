namespace Fayo.Calls.Gateway.Connections;

/// <summary>Closes the connections of a silo that stops.</summary>
public interface IConnectionDrain
{
    /// <summary>
    /// Closes the connections of users in slices, so that their clients do not all connect to the other silos at the same moment.
    /// Clients are told
    /// that they may connect again.
    /// </summary>
    /// <param name="spread">Over how long at most. Few connections take less.</param>
    /// <param name="cancellationToken">Gives up; the connections that are left close when the server stops.</param>
    Task DrainAsync(TimeSpan spread, CancellationToken cancellationToken);
}
