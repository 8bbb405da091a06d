using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.AdoNet;

/// <summary>
/// Grain storage in the table that Orleans' ADO.NET provider uses; each reads what the other wrote. Only keys that look
/// like a hexadecimal number or a GUID are stored otherwise by Orleans: keys need a prefix anyway.
/// </summary>
internal sealed class AdoNetGrainStorage(string name, AdoNetGrainStorageOptions options, string serviceId) : IGrainStorage
{
    private readonly StoredQueries _queries = new(options);

    private readonly IGrainStorageSerializer _serializer =
        options.GrainStorageSerializer ?? throw new OrleansConfigurationException($"Grain storage '{name}': set GrainStorageSerializer.");

    public Task StartAsync(CancellationToken cancellationToken) =>
        _queries.LoadAsync(cancellationToken, "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey");

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await _queries.ReadAsync(
            "ReadFromStorageKey",
            Key(stateName, grainId),
            row => (Payload: row["PayloadBinary"] as byte[], Version: row["Version"] as int?));
        var (payload, version) = rows.SingleOrDefault();
        var state = payload is null ? default : _serializer.Deserialize<T>(new BinaryData(payload));
        grainState.State = state is null ? PersistentState<T>.New() : state;
        grainState.ETag = version?.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = new NpgsqlParameter<byte[]>("PayloadBinary", _serializer.Serialize(grainState.State).ToArray());
        await ChangeAsync("WriteToStorageKey", stateName, grainId, grainState, payload);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null)
        {
            await ReadStateAsync(stateName, grainId, grainState);
        }

        if (grainState.ETag is not null)
        {
            await ChangeAsync("ClearStorageKey", stateName, grainId, grainState);
        }

        grainState.RecordExists = false;
        grainState.State = PersistentState<T>.New();
    }

    /// <summary>Runs a statement that answers with a new version if it changed the row.</summary>
    private async Task ChangeAsync<T>(
        string query, string stateName, GrainId grainId, IGrainState<T> grainState, params NpgsqlParameter[] payload)
    {
        int? before = grainState.ETag is null ? null : int.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var version = new NpgsqlParameter("GrainStateVersion", NpgsqlDbType.Integer) { Value = before ?? (object)DBNull.Value };
        var rows = await _queries.ReadAsync(query, [.. Key(stateName, grainId), version, .. payload], row => row["NewGrainStateVersion"] as int?);
        var after = rows.SingleOrDefault();
        if (after is null || after == before)
        {
            throw new InconsistentStateException(
                $"Version conflict in storage '{name}': {stateName} of {grainId}.", storedEtag: null, grainState.ETag);
        }

        grainState.ETag = after.Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The key columns as Orleans computes them; the bytes of the grain's key are hashed backwards.</summary>
    private NpgsqlParameter[] Key(string stateName, GrainId grainId)
    {
        var key = Encoding.UTF8.GetBytes(grainId.Key.ToString());
        Array.Reverse(key);
        return
        [
            new NpgsqlParameter<int>("GrainIdHash", unchecked((int)StableHash.ComputeHash(key))),
            new NpgsqlParameter<long>("GrainIdN0", 0L),
            new NpgsqlParameter<long>("GrainIdN1", 0L),
            new NpgsqlParameter<int>("GrainTypeHash", unchecked((int)StableHash.ComputeHash(Encoding.UTF8.GetBytes(stateName)))),
            new NpgsqlParameter<string>("GrainTypeString", stateName),
            new NpgsqlParameter<string>("GrainIdExtensionString", grainId.Key.ToString()),
            new NpgsqlParameter<string>("ServiceId", serviceId),
        ];
    }
}
