using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Storage;

namespace Orleans.Core
{
    /// <summary>A named state of a grain, without its type.</summary>
    public interface IStorage
    {
        /// <summary>The version storage gave it; null before the first write.</summary>
        string? Etag { get; }

        bool RecordExists { get; }
        Task ClearStateAsync();
        Task WriteStateAsync();
        Task ReadStateAsync();
    }

    /// <summary>A named state of a grain.</summary>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A named state of a grain, read before its first call. Comes through the grain's constructor.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Names a state and the storage that keeps it.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        public string StateName => stateName;

        /// <summary>The name of the storage; null for the default one.</summary>
        public string? StorageName => storageName;
    }

    /// <summary>Makes one of the states that a grain class asks for in its constructor.</summary>
    internal sealed class PersistentStateFactory(ParameterInfo parameter)
    {
        private readonly PersistentStateAttribute _attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;

        private readonly ConstructorInvoker _constructor = ConstructorInvoker.Create(
            typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments()).GetConstructors()[0]);

        public IStorage Create(Activation activation)
        {
            var storage = activation.ActivationServices.GetKeyedService<IGrainStorage>(_attribute.StorageName)
                ?? throw new OrleansConfigurationException(
                    $"No storage provider named \"{_attribute.StorageName}\" found loading grain type {activation.GrainId.Type}.");
            return (IStorage)_constructor.Invoke(_attribute.StateName, activation.GrainId, storage);
        }
    }

    internal sealed class PersistentState<TState>(string stateName, GrainId grainId, IGrainStorage storage) : IPersistentState<TState>
    {
        private readonly GrainState<TState> _state = new(New());

        public TState State
        {
            get => _state.State!;
            set => _state.State = value;
        }

        public string? Etag => _state.ETag;
        public bool RecordExists => _state.RecordExists;

        public Task ReadStateAsync() => Guard(() => storage.ReadStateAsync(stateName, grainId, _state), "reading");
        public Task WriteStateAsync() => Guard(() => storage.WriteStateAsync(stateName, grainId, _state), "writing");
        public Task ClearStateAsync() => Guard(() => storage.ClearStateAsync(stateName, grainId, _state), "clearing");

        internal static TState New() => typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance<TState>()
            : (TState)RuntimeHelpers.GetUninitializedObject(typeof(TState));

        /// <summary>Failures of the storage reach the grain as Orleans' exceptions.</summary>
        private async Task Guard(Func<Task> operation, string verb)
        {
            try
            {
                await operation();
            }
            catch (Exception exception) when (exception is not OrleansException)
            {
                throw new OrleansException($"Error {verb} state {stateName} of grain {grainId}: {exception.Message}", exception);
            }
        }
    }
}
