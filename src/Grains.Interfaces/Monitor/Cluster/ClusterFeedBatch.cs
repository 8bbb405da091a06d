namespace Fayo.Calls;

/// <summary>What has happened to the calls of the whole cluster.</summary>
/// <param name="UpTo">How far this comes: the next collection goes on from here.</param>
/// <param name="Changes">The calls that changed, each as it is now, the one that changed last at the end.</param>
/// <param name="Resident">
/// Null where <paramref name="Changes"/> is all that happened. Else something may have been missed, and this is the ids of the calls whose
/// grains are at each silo that answers.
/// </param>
/// <param name="IsUncertain">True while a silo does not answer, so that changes of its calls may be missed.</param>
/// <param name="Sample">Which calls are told of; null where no answer has come yet.</param>
[GenerateSerializer, Immutable, Alias("Fayo.ClusterFeedBatch")]
public sealed record ClusterFeedBatch(
    [property: Id(0)] long UpTo,
    [property: Id(1)] IReadOnlyList<MonitoredCall> Changes,
    [property: Id(2)] IReadOnlyDictionary<SiloAddress, IReadOnlyList<string>>? Resident,
    [property: Id(3)] bool IsUncertain,
    [property: Id(4)] CallSample? Sample);
