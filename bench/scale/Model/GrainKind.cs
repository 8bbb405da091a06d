namespace Fayo.Calls.Scale.Model;

/// <summary>The kinds of grains that are modelled.</summary>
internal enum GrainKind : byte
{
    /// <summary>A user's grain.</summary>
    User,

    /// <summary>A call's grain.</summary>
    Call,

    /// <summary>A partition of the directory of connections.</summary>
    Partition,
}
