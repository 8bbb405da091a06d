namespace Fayo.Calls.Chaos.Records;

/// <summary>In which message a connection was told of a call.</summary>
internal enum ReceiptKind
{
    /// <summary><c>call_invitation</c>.</summary>
    Invitation,

    /// <summary><c>call_status</c>.</summary>
    Status,

    /// <summary>Among the invitations of <c>sync</c>.</summary>
    SyncedInvitation,

    /// <summary>Among the calls of <c>sync</c>.</summary>
    SyncedCall,
}
