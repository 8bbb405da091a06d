using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>A parameter that holds the values of one column for all rows of a batch.</summary>
internal sealed class ArrayColumn<TValue>(NpgsqlDbType type) : IArrayColumn
{
    private readonly List<TValue> _values = [];

    public NpgsqlParameter<List<TValue>> Parameter { get; } = new() { NpgsqlDbType = NpgsqlDbType.Array | type };

    public void Add(TValue value) => _values.Add(value);

    public void Clear()
    {
        _values.Clear();
        // The value is set again, because a parameter whose value could not be put on the wire still remembers the sizes of that value.
        Parameter.TypedValue = _values;
    }
}

/// <summary>An <see cref="ArrayColumn{TValue}"/> of any type.</summary>
internal interface IArrayColumn
{
    /// <summary>Removes all values.</summary>
    void Clear();
}
