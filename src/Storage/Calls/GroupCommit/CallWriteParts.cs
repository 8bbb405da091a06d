namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What a batch has, besides entries of timelines.</summary>
[Flags]
internal enum CallWriteParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Changes of calls that exist.</summary>
    Changes = 1,

    /// <summary>Claims that are taken, required or released.</summary>
    Claims = 2,

    /// <summary>New calls, and the conditions on which they are written.</summary>
    NewCalls = 4,

    /// <summary>Conditions for new calls that are about the latest calls of their initiators.</summary>
    LatestCalls = 8,

    /// <summary>Claims that are kept for a while after the end of their calls.</summary>
    KeptClaims = 16,

    /// <summary>Events of which other systems are told.</summary>
    Outbox = 32,
}
