using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>The values of one column for all rows of a batch, and the parameters of statements that hold them.</summary>
/// <param name="name">The name of the parameters.</param>
/// <param name="type">The type of a value.</param>
internal sealed class ArrayColumn<TValue>(string name, NpgsqlDbType type) : IArrayColumn
{
    private readonly List<TValue> _values = [];
    private readonly List<NpgsqlParameter<List<TValue>>> _parameters = [];

    public void Add(TValue value) => _values.Add(value);

    public void AddTo(NpgsqlCommand command)
    {
        var parameter = new NpgsqlParameter<List<TValue>> { ParameterName = name, NpgsqlDbType = NpgsqlDbType.Array | type };
        command.Parameters.Add(parameter);
        _parameters.Add(parameter);
    }

    public void Clear()
    {
        _values.Clear();
        foreach (var parameter in _parameters)
        {
            // The value is set again, because a parameter whose value could not be put on the wire still remembers the sizes of that value.
            parameter.TypedValue = _values;
        }
    }
}

/// <summary>An <see cref="ArrayColumn{TValue}"/> of any type.</summary>
internal interface IArrayColumn
{
    /// <summary>Gives a statement a parameter for the column.</summary>
    void AddTo(NpgsqlCommand command);

    /// <summary>Removes all values.</summary>
    void Clear();
}
