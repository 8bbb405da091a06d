using Xunit;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>
/// Shares the measurements. Runs while no other test runs: messages and statements are counted for the whole process.
/// </summary>
[CollectionDefinition(nameof(ScaleRun), DisableParallelization = true)]
public sealed class ScaleRun : ICollectionFixture<ScaleMeasurements>;
