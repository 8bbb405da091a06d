namespace Orleans.Runtime;

/// <summary>Tells about silos; here there is one.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    /// <summary>How many activations of each kind of grain these silos have.</summary>
    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds);
}

/// <summary>How many activations of a kind of grain a silo has.</summary>
public sealed class SimpleGrainStatistic
{
    /// <summary>The grain class and its assembly, with a comma in between.</summary>
    public string GrainType { get; init; } = default!;

    public SiloAddress SiloAddress { get; init; } = default!;

    public int ActivationCount { get; init; }
}

internal sealed class ManagementGrain(SiloRuntime runtime, ILocalSiloDetails silo) : Grain, IManagementGrain
{
    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) => Task.FromResult<SimpleGrainStatistic[]>(
        [.. runtime.CountActivations().Where(_ => hostsIds.Contains(silo.SiloAddress)).Select(kind => new SimpleGrainStatistic
        {
            GrainType = $"{kind.GrainClass.FullName},{kind.GrainClass.Assembly.GetName().Name}",
            SiloAddress = silo.SiloAddress,
            ActivationCount = kind.Activations,
        })]);
}
