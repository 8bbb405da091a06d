namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>What is counted in clusters of different sizes.</summary>
public enum ScaleActivity
{
    /// <summary>A user opens the first connection.</summary>
    Connect,

    /// <summary>A user's last connection closes. The user's grain is not in memory any more.</summary>
    Disconnect,

    /// <summary>
    /// A whole call: created, invited, acknowledged, answered, confirmed, ended. The grains of both users are in memory, each at the silo
    /// of the user's connection.
    /// </summary>
    WarmCall,

    /// <summary>A whole call of users whose grains are not in memory.</summary>
    ColdCall,

    /// <summary>A call's grain asks whether a user has a connection.</summary>
    AbsenceCheck,

    /// <summary>The presence of a small page of users is read.</summary>
    PresencePage,
}
