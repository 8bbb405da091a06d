namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>What is known of the one who is to be rung.</summary>
public enum CalleeState
{
    /// <summary>Nothing is known yet: the callee is assumed to be in no other call, and the write of the call checks that.</summary>
    Unknown,

    /// <summary>In an ACTIVE call, and connected.</summary>
    Busy,

    /// <summary>In an ACTIVE call by the record, but without a connection.</summary>
    Away,
}
