using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Cluster;

/// <inheritdoc cref="ISilos"/>
internal sealed partial class Silos(ISiloStatusOracle oracle, TimeProvider clock, ILogger<Silos> logger) : ISilos
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    public IReadOnlyDictionary<SiloAddress, SiloStatus> List() => oracle.GetApproximateSiloStatuses()
        .Where(silo => silo.Value is not (SiloStatus.None or SiloStatus.Dead))
        .ToDictionary(silo => silo.Key, silo => silo.Value);

    public async Task<IReadOnlyDictionary<SiloAddress, TAnswer>> AskAsync<TAnswer>(
        IEnumerable<SiloAddress> silos, Func<SiloAddress, Task<TAnswer>> ask)
    {
        var answers = new Dictionary<SiloAddress, TAnswer>();
        await Task.WhenAll(silos.Select(silo => AskOneAsync(silo)));
        return answers;

        async Task AskOneAsync(SiloAddress silo)
        {
            try
            {
                var answer = await ask(silo).WaitAsync(AnswerTimeout, clock);
                lock (answers)
                {
                    answers.Add(silo, answer);
                }
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                LogSilent(silo, e.GetType().Name);
            }
            catch (Exception e)
            {
                LogFailed(e, silo);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} is left out because it does not answer: {Reason}.")]
    private partial void LogSilent(SiloAddress silo, string reason);

    [LoggerMessage(LogLevel.Warning, "Silo {Silo} is left out because asking it failed.")]
    private partial void LogFailed(Exception exception, SiloAddress silo);
}
