using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The state of a grain and what storage knows about it.</summary>
    public interface IGrainState<T>
    {
        T? State { get; set; }

        /// <summary>The version storage gave it; null before the first read or write.</summary>
        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }

    /// <summary>The plain implementation.</summary>
    public sealed class GrainState<T>(T? state, string? eTag = null) : IGrainState<T>
    {
        public GrainState()
            : this(default)
        {
        }

        public T? State { get; set; } = state;
        public string? ETag { get; set; } = eTag;
        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>Keeps the states of grains. Registered under its name as a keyed service.</summary>
    public interface IGrainStorage
    {
        /// <summary>Fills in the state; one that is not there leaves a new instance.</summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
            => ReadStateAsync(stateName, grainId, grainState);

        /// <summary>Writes the state and gives it a new version.</summary>
        /// <exception cref="InconsistentStateException">Storage holds another version than the one that was read.</exception>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
            => WriteStateAsync(stateName, grainId, grainState);

        /// <summary>Removes the state.</summary>
        /// <exception cref="InconsistentStateException">Storage holds another version than the one that was read.</exception>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
            => ClearStateAsync(stateName, grainId, grainState);
    }

    /// <summary>Turns grain state into bytes and back.</summary>
    public interface IGrainStorageSerializer
    {
        BinaryData Serialize<T>(T? input);
        T? Deserialize<T>(BinaryData input);
    }
}
