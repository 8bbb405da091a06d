using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Storage.Audit;

/// <summary>What the audit logs.</summary>
internal static partial class AuditLogMessages
{
    [LoggerMessage(LogLevel.Critical, "The audit was changed behind the service's back: {Damage}. It goes on, with an entry that says so.")]
    public static partial void ChainDamaged(this ILogger logger, string damage);

    [LoggerMessage(
        LogLevel.Critical,
        "The audit is damaged where its entries are old enough to be deleted, and nothing is deleted from there on. {Damage}")]
    public static partial void DamageNotDeleted(this ILogger logger, string damage);

    [LoggerMessage(LogLevel.Information, "The audit ends at {Seq}:{Hash}.")]
    public static partial void AuditEnd(this ILogger logger, long seq, string hash);

    [LoggerMessage(LogLevel.Warning, "The audit cannot be written ({Reason}); {Count} entries wait.")]
    public static partial void AuditWaits(this ILogger logger, string reason, int count);

    [LoggerMessage(
        LogLevel.Critical,
        "Not in the audit: {Action} at {At:O} by {Actor} ({Role}) from {Address}, about {Subject}, {Other}, {Call}, status {Status}.")]
    public static partial void NotInAudit(
        this ILogger logger,
        string action,
        DateTimeOffset at,
        string? actor,
        string? role,
        string? address,
        string? subject,
        string? other,
        string? call,
        int? status);
}
