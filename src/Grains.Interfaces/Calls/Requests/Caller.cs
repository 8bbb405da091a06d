namespace Fayo.Calls;

/// <summary>Who asks: taken from a verified JWT.</summary>
/// <param name="UserId">The claim <c>sub</c>, else <c>id</c>.</param>
/// <param name="Role">The claim <c>role</c>, if any.</param>
[GenerateSerializer, Immutable, Alias("Fayo.Caller")]
public sealed record Caller([property: Id(0)] string UserId, [property: Id(1)] string? Role = null)
{
    /// <summary>True for those who may look at every call and every user; which roles that are the gateway's settings say.</summary>
    [Id(2)] public bool IsStaff { get; init; } = Role == StaffRole;

    /// <summary>True for those who may watch all open calls; which roles that are the gateway's settings say.</summary>
    [Id(4)] public bool MayMonitor { get; init; } = Role == StaffRole;

    /// <summary>The name in the token, fit to be shown; null where the token has none. Never logged.</summary>
    [Id(3)] public string? Name { get; init; }

    /// <summary>The id alone.</summary>
    public override string ToString() => UserId;

    /// <summary>The role of staff, where nothing else is set.</summary>
    public const string StaffRole = "ADMIN";
}
