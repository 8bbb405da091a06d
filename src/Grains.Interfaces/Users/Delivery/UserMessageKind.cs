namespace Fayo.Calls;

/// <summary>The messages that the server pushes about a call.</summary>
[GenerateSerializer, Alias("Fayo.UserMessageKind")]
public enum UserMessageKind
{
    /// <summary>The user is called.</summary>
    Invitation,

    /// <summary>A call of the user changed.</summary>
    Status,

    /// <summary>The user is still called; for connections that have not acknowledged the invitation.</summary>
    Reminder,
}
