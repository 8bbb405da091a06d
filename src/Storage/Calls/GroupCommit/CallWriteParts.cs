namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What a batch has besides changes of calls and entries of their timelines.</summary>
[Flags]
internal enum CallWriteParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Claims that are taken, required, released or kept.</summary>
    Claims = 1,

    /// <summary>New calls, and the conditions on which they are written. They have claims as well.</summary>
    NewCalls = 2,

    /// <summary>Events of which other systems are told.</summary>
    Outbox = 4,
}
