using System.Text;

namespace Orleans.Runtime;

/// <summary>A key, or the name of a grain type. Compared ordinally.</summary>
public readonly record struct IdSpan
{
    private readonly string? _value;

    private IdSpan(string value) => _value = value;

    public static IdSpan Create(string id) => new(id);

    /// <summary>A hash that is the same in every process, and in Orleans.</summary>
    public uint GetUniformHashCode() => StableHash.ComputeHash(Encoding.UTF8.GetBytes(ToString()));

    public override string ToString() => _value ?? "";
}

/// <summary>The name of a kind of grain.</summary>
public readonly record struct GrainType
{
    private readonly IdSpan _value;

    private GrainType(IdSpan value) => _value = value;

    public static GrainType Create(string value) => new(IdSpan.Create(value));

    /// <inheritdoc cref="IdSpan.GetUniformHashCode"/>
    public uint GetUniformHashCode() => _value.GetUniformHashCode();

    public override string ToString() => _value.ToString();
}

/// <summary>The identity of a grain: its type and its key, written <c>type/key</c>.</summary>
public readonly record struct GrainId(GrainType Type, IdSpan Key)
{
    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);
    public static GrainId Create(GrainType type, string key) => new(type, IdSpan.Create(key));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="ArgumentException">There is no slash in it.</exception>
    public static GrainId Parse(string value) => value.Split('/', 2) is [var type, var key]
        ? Create(type, key)
        : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id", nameof(value));

    /// <inheritdoc cref="IdSpan.GetUniformHashCode"/>
    public uint GetUniformHashCode() => unchecked((Type.GetUniformHashCode() * 31) + Key.GetUniformHashCode());

    public override string ToString() => $"{Type}/{Key}";
}
