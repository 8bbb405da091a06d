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
}
