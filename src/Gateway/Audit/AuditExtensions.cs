using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Audit;

/// <summary>Adds the audit to the pipeline: what is recorded of requests whatever the route.</summary>
internal static class AuditExtensions
{
    /// <summary>
    /// Records refused access, and, before it opens, every connection of staff, or of who may watch all calls, to an endpoint with
    /// <see cref="AuditedConnection"/>.
    /// </summary>
    /// <param name="app">The pipeline, in which the endpoint is known and callers are identified, but not authorized yet.</param>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app)
    {
        var audit = app.ApplicationServices.GetRequiredService<AuditTrail>();
        var refused = app.ApplicationServices.GetRequiredService<RefusedAccess>();
        return app.Use(next => async context =>
        {
            // By the endpoint: a path can be written in several ways that all lead to it. HTTP/2 opens WebSockets with CONNECT.
            if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedConnection>() is { } connection
                && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method))
                && context.User.VerifiedCaller is { IsStaff: true } or { MayMonitor: true })
            {
                await audit.RecordAsync(context, connection.Action);
            }

            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status403Forbidden && context.User.VerifiedCaller is not null)
            {
                refused.Record(context);
            }
        });
    }
}
