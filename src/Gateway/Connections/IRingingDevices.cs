namespace Fayo.Calls.Gateway.Connections;

/// <summary>Whether devices that are connected to this silo may be ringing.</summary>
public interface IRingingDevices
{
    /// <summary>True from an invitation that was handed to a device here until its ring is over at the latest.</summary>
    bool MayRing { get; }
}
