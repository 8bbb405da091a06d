namespace Fayo.Calls.Gateway.Audit;

/// <summary>Metadata of an endpoint that opens a connection over which staff see others' data.</summary>
/// <param name="Action">What is recorded before it opens: one of <see cref="AuditAction"/>.</param>
internal sealed record AuditedConnection(string Action);
