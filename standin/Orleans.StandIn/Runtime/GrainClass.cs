using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A grain class and its activations.</summary>
internal sealed class GrainClass : IRequestTarget
{
    private const string Suffix = "grain";

    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly Func<string, Activation> _newActivation;
    private readonly ObjectFactory _newInstance;
    private readonly PersistentStateFactory[] _states;

    public GrainClass(Type type, SiloRuntime runtime)
    {
        Runtime = runtime;
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? NameByConvention(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit ?? runtime.Collection.CollectionAge;
        _newActivation = key => new(this, key);

        // The states are the activation's own; everything else the constructor asks for comes from the container.
        var states = type.GetConstructors()
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute)))
            .ToArray();
        _states = Array.ConvertAll(states, parameter => new PersistentStateFactory(parameter));
        _newInstance = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(states, parameter => parameter.ParameterType));
    }

    public SiloRuntime Runtime { get; }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    public TimeSpan CollectionAge { get; }

    public PendingCalls Pending => Runtime.Pending;

    public ICollection<Activation> Activations => _activations.Values;

    public GrainId Identify(string key) => new(GrainType, IdSpan.Create(key));

    public void Send(string key, Request request)
    {
        while (true)
        {
            if (!_activations.TryGetValue(key, out var activation))
            {
                if (Runtime.IsStopping)
                {
                    request.Fail(new SiloUnavailableException($"The silo is stopping; grain {Identify(key)} is not activated again."));
                    return;
                }

                activation = _activations.GetOrAdd(key, _newActivation);
            }

            if (activation.TrySend(request))
            {
                return;
            }

            // Gone between finding and sending.
            Remove(key, activation);
        }
    }

    public void Remove(string key, Activation activation) => _activations.TryRemove(KeyValuePair.Create(key, activation));

    /// <summary>Makes the grain for an activation, in its turn, and says which states are to be read.</summary>
    public object CreateInstance(Activation activation, out IStorage[] states)
    {
        states = Array.ConvertAll(_states, factory => factory.Create(activation));
        return _newInstance(Runtime.Services, states);
    }

    private static string NameByConvention(Type type)
    {
#pragma warning disable CA1308 // Orleans' names are lower-case.
        var name = type.Name.ToLowerInvariant();
#pragma warning restore CA1308
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}
