using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Cluster;

/// <summary>
/// Has every other silo learn of this one before this one takes requests. Orleans tells them once, and leaves out those whose sign of
/// life in the table of members is late, as on a busy machine. Whoever missed it refuses to register grains of a silo it does not know
/// until it reads the table the next time, and callers would be answered 503 meanwhile.
/// </summary>
internal sealed partial class Introduction(
    ISilos silos, IDeliveryServiceClient delivery, ILocalSiloDetails here, TimeProvider clock, ILogger<Introduction> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private const int MaxAttempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(Introduction), ServiceLifecycleStage.Active, IntroduceAsync);

    private async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        var known = new HashSet<SiloAddress> { here.SiloAddress };
        for (var attempt = 1; ; attempt++)
        {
            var strangers = silos.List()
                .Where(silo => silo.Value == SiloStatus.Active && !known.Contains(silo.Key))
                .Select(silo => silo.Key)
                .ToList();
            if (strangers.Count == 0)
            {
                return;
            }

            var answers = await silos.AskAsync(strangers, silo => delivery.At(silo).Recognize(here.SiloAddress));
            known.UnionWith(answers.Where(answer => answer.Value).Select(answer => answer.Key));
            if (known.IsSupersetOf(strangers))
            {
                continue;
            }

            if (attempt == MaxAttempts)
            {
                LogUnknown(string.Join(", ", strangers.Except(known)));
                return;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Some silos do not know this one yet, or did not answer: {Silos}.")]
    private partial void LogUnknown(string silos);
}
