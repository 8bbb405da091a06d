using System.Globalization;
using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Audit;

/// <summary>Puts on record what is done through the gateway. What people do with their own calls is not recorded.</summary>
/// <param name="log">The audit.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditTrail(IAuditLog log, TimeProvider time)
{
    /// <summary>
    /// Records, before it is answered, that a member of staff reads a call of others. Does nothing where the caller takes part in it.
    /// </summary>
    /// <exception cref="CallStoreUnavailableException">It cannot be recorded, so it must not be answered.</exception>
    public Task RecordReadAsync(HttpContext http, string action, CallSession session) => session.HasParticipant(http.User.Caller.UserId)
        ? Task.CompletedTask
        : log.RecordAsync(Of(http, action) with { SubjectId = session.InitiatorId, OtherId = session.RecipientId, CallId = session.Id },
            http.RequestAborted);

    /// <summary>Records something of staff before it is done or answered.</summary>
    /// <param name="http">The request.</param>
    /// <param name="action">One of <see cref="AuditAction"/>.</param>
    /// <param name="subjectId">Whose data it is about; null for everybody's.</param>
    /// <param name="detail">What else there is to say.</param>
    /// <exception cref="CallStoreUnavailableException">It cannot be recorded, so it must not be done.</exception>
    public Task RecordAsync(HttpContext http, string action, string? subjectId = null, string? detail = null) =>
        log.RecordAsync(Of(http, action) with { SubjectId = subjectId, Detail = detail }, http.RequestAborted);

    /// <summary>Records, before it is answered, that a member of staff watches a call of others over a connection.</summary>
    /// <exception cref="CallStoreUnavailableException">It cannot be recorded, so it must not be answered.</exception>
    public Task RecordWatchAsync(Caller caller, ClientOrigin? origin, CallSession session, CancellationToken cancellationToken) =>
        session.HasParticipant(caller.UserId)
            ? Task.CompletedTask
            : log.RecordAsync(
                Of(caller, AuditAction.WatchCall, origin) with
                {
                    SubjectId = session.InitiatorId,
                    OtherId = session.RecipientId,
                    CallId = session.Id,
                },
                cancellationToken);

    /// <summary>
    /// Records, before the first is told, that a member of staff watches when users come and go. One entry, however often they do.
    /// </summary>
    /// <exception cref="CallStoreUnavailableException">It cannot be recorded, so it must not be answered.</exception>
    public Task RecordPresenceAsync(
        Caller caller, ClientOrigin? origin, IReadOnlyList<string> userIds, CancellationToken cancellationToken) =>
        log.RecordAsync(
            Of(caller, AuditAction.WatchPresence, origin) with
            {
                SubjectId = userIds is [var only] ? only : null,
                Detail = string.Create(CultureInfo.InvariantCulture, $"users watched: {userIds.Count}"),
            },
            cancellationToken);

    /// <summary>Records what has happened, whatever becomes of the entry: nobody is kept from ending a call.</summary>
    /// <param name="http">The request.</param>
    /// <param name="action">One of <see cref="AuditAction"/>.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    /// <param name="session">The call it is about.</param>
    /// <param name="detail">What else there is to say.</param>
    public void Record(HttpContext http, string action, int status, CallSession? session = null, string? detail = null) =>
        log.Record(Of(http, action) with
        {
            Status = status,
            SubjectId = session?.InitiatorId,
            OtherId = session?.RecipientId,
            CallId = session?.Id,
            Detail = detail,
        });

    private AuditEntry Of(HttpContext http, string action) => Of(http.User.Caller, action, ClientOrigin.Of(http));

    private AuditEntry Of(Caller caller, string action, ClientOrigin? origin) => new()
    {
        Action = action,
        At = time.GetUtcNow(),
        ActorId = caller.UserId,
        Role = caller.Role,
        Address = origin?.Address,
        Agent = origin?.Agent,
    };
}
