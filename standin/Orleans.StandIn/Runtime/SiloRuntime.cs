using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>What all grains of a silo share, and the way to every one of them.</summary>
internal sealed class SiloRuntime : IDisposable
{
    private readonly ConcurrentDictionary<Type, GrainClass> _classByInterface = new();
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;

    public SiloRuntime(
        IServiceProvider services,
        TimeProvider time,
        IOptions<GrainCollectionOptions> collection,
        IOptions<SiloMessagingOptions> messaging,
        ILogger<SiloRuntime> logger)
    {
        Services = services;
        Time = time;
        Collection = collection.Value;
        Logger = logger;
        Pending = new(time, messaging.Value.ResponseTimeout);
        _classes = GrainClassScan.FindGrainClasses().Append(typeof(ManagementGrain))
            .Select(type => new GrainClass(type, this))
            .ToFrozenDictionary(grainClass => grainClass.GrainType);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public GrainCollectionOptions Collection { get; }

    public ILogger Logger { get; }

    public PendingCalls Pending { get; }

    /// <summary>Set when the silo stops: from then on nothing is activated.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>How many activations there are of each grain class that has any.</summary>
    public IEnumerable<(Type GrainClass, int Activations)> CountActivations() => _classes.Values
        .Select(grainClass => (grainClass.Type, grainClass.Activations.Count))
        .Where(kind => kind.Count > 0);

    /// <exception cref="ArgumentException">No grain class has this name.</exception>
    public GrainClass ClassOf(GrainType grainType) => _classes.TryGetValue(grainType, out var grainClass)
        ? grainClass
        : throw new ArgumentException($"Could not find an implementation for grain type {grainType}.", nameof(grainType));

    /// <exception cref="ArgumentException">No grain class, or more than one, implements the interface.</exception>
    public GrainClass ClassOf(Type grainInterface) => _classByInterface.GetOrAdd(grainInterface, wanted =>
    {
        var found = _classes.Values.Where(grainClass => grainClass.Type.IsAssignableTo(wanted)).ToArray();
        return found.Length == 1
            ? found[0]
            : throw new ArgumentException(
                found.Length == 0
                    ? $"Could not find an implementation for interface {wanted}."
                    : $"More than one grain class implements {wanted}: {string.Join(", ", found.Select(one => one.Type))}.",
                nameof(grainInterface));
    });

    /// <summary>Ends the activations that nobody uses.</summary>
    public void CollectIdle()
    {
        foreach (var grainClass in _classes.Values)
        {
            foreach (var activation in grainClass.Activations)
            {
                activation.DeactivateIfIdle();
            }
        }
    }

    /// <summary>Ends all activations and waits until they are gone.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopping = true;
        while (_classes.Values.SelectMany(grainClass => grainClass.Activations).ToArray() is { Length: > 0 } activations)
        {
            foreach (var activation in activations)
            {
                activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo stops."), CancellationToken.None);
            }

            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => Pending.Dispose();
}
