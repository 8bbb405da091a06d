namespace Fayo.Calls;

/// <summary>A member of staff ends a call, as one who takes no part in it.</summary>
/// <param name="Caller">Who ends it.</param>
/// <param name="Remark">A remark for the timeline.</param>
[GenerateSerializer, Immutable, Alias("Fayo.EndCall")]
public sealed record EndCall([property: Id(0)] Caller Caller, [property: Id(1)] string? Remark)
{
    /// <summary>Without the remark.</summary>
    public override string ToString() => $"{nameof(EndCall)} by {Caller.UserId}";
}
