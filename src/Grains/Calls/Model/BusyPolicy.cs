namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>What becomes of a call to somebody who is connected and in an ACTIVE call.</summary>
public enum BusyPolicy
{
    /// <summary>It is refused, and on record.</summary>
    Refuse,

    /// <summary>It rings all the same; it can be answered once the other call has ended.</summary>
    Ring,
}
