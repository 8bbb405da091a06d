namespace Fayo.Calls;

/// <summary>What has changed at a silo for the users of a partition since it reported last.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="Arrived">The users who have connections there now, and had none.</param>
/// <param name="Left">The users who have none there any more.</param>
/// <param name="Fingerprint">
/// The hashes of all users of the partition who have connections at the silo after these changes, combined by XOR. Where the
/// partition comes to another result, it has missed something.
/// </param>
/// <param name="Number">
/// Counts what the silo has sent to the partition, from 1: what arrives after something newer is out of date. 0 from a release that
/// did not count.
/// </param>
[GenerateSerializer, Immutable, Alias("Fayo.ConnectionReport")]
public sealed record ConnectionReport(
    [property: Id(0)] SiloAddress Silo,
    [property: Id(1)] IReadOnlyList<string> Arrived,
    [property: Id(2)] IReadOnlyList<string> Left,
    [property: Id(3)] ulong Fingerprint,
    [property: Id(4)] long Number);
