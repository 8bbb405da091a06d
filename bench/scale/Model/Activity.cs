namespace Fayo.Calls.Scale.Model;

/// <summary>What is predicted. The names are those of the tests that measure it.</summary>
internal enum Activity
{
    /// <summary>A user opens the first connection.</summary>
    Connect,

    /// <summary>A user's last connection closes; the user's grain is not in memory.</summary>
    Disconnect,

    /// <summary>A whole call of users whose grains are in memory, each at the silo of the user's connection.</summary>
    WarmCall,

    /// <summary>A whole call of users whose grains are not in memory.</summary>
    ColdCall,

    /// <summary>A call's grain asks whether a user has a connection.</summary>
    AbsenceCheck,

    /// <summary>The presence of a page of users is read.</summary>
    PresencePage,
}
