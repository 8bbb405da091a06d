namespace Fayo.Calls;

/// <summary>What an entry of the audit is about, as it is stored and exported.</summary>
public static class AuditAction
{
    /// <summary>A member of staff read a call of others.</summary>
    public const string ReadCall = "call.read";

    /// <summary>A member of staff read the timeline of a call of others.</summary>
    public const string ReadTimeline = "call.timeline";

    /// <summary>A member of staff watches a call of others.</summary>
    public const string WatchCall = "call.watch";

    /// <summary>A member of staff ended a call of others.</summary>
    public const string EndCall = "call.end";

    /// <summary>A member of staff listed calls: those of the subject, or everybody's.</summary>
    public const string ListCalls = "calls.list";

    /// <summary>A member of staff listed or searched users.</summary>
    public const string ListUsers = "users.list";

    /// <summary>A member of staff watches when the subject, or several users, come and go.</summary>
    public const string WatchPresence = "presence.watch";

    /// <summary>A member of staff listed the open calls of the monitor.</summary>
    public const string ListMonitor = "monitor.list";

    /// <summary>A member of staff opened the monitor, which shows all open calls from then on.</summary>
    public const string WatchMonitor = "monitor.watch";

    /// <summary>A member of staff listed the events that could not be sent to other systems.</summary>
    public const string ListEvents = "events.list";

    /// <summary>A member of staff had an event tried again that could not be sent.</summary>
    public const string RetryEvent = "event.retry";

    /// <summary>Somebody was refused what their token does not allow.</summary>
    public const string Refused = "access.refused";

    /// <summary>All that is kept of a person was exported.</summary>
    public const string ExportPerson = "person.export";

    /// <summary>All that is kept of a person is about to be erased.</summary>
    public const string ErasePerson = "person.erase";

    /// <summary>The audit itself was exported.</summary>
    public const string ExportAudit = "audit.export";

    /// <summary>Entries that were kept long enough were deleted.</summary>
    public const string PruneAudit = "audit.prune";

    /// <summary>A silo found the chain other than it had left it.</summary>
    public const string DamagedAudit = "audit.damaged";

    /// <summary>Somebody accepted, knowingly, that a stretch of the chain is damaged.</summary>
    public const string AcceptDamage = "audit.accept";
}
