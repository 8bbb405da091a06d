namespace Fayo.Calls.Silo.Settings;

/// <summary>What the service does with migrations when it starts.</summary>
internal enum MigrationMode
{
    /// <summary>Applies those that are missing. The database's role needs the right to create tables.</summary>
    Apply,

    /// <summary>Refuses to start where one is missing. The command <c>migrate</c> applies them, with another role.</summary>
    Verify,
}
