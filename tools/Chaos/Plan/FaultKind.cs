namespace Fayo.Calls.Chaos.Plan;

/// <summary>The faults that can be injected.</summary>
internal enum FaultKind
{
    /// <summary>The connection is lost without being closed.</summary>
    Drop,

    /// <summary>The connection is closed properly.</summary>
    Close,

    /// <summary>The device does not read from its connection.</summary>
    Slow,

    /// <summary>The service is killed and started again.</summary>
    Kill,

    /// <summary>The database ends all sessions of the service.</summary>
    TerminateSessions,

    /// <summary>The database ends all sessions of the service, and takes no changes in those that are opened now.</summary>
    ReadOnlyDatabase,

    /// <summary>The database's server stops without any preparation, and is started again.</summary>
    RestartDatabase,

    /// <summary>The database's server does not work on the sessions of the service: their processes are stopped, and go on later.</summary>
    PauseSessions,

    /// <summary>The database's server ends all sessions of the service, and answers nobody who connects.</summary>
    PauseDatabase,
}
