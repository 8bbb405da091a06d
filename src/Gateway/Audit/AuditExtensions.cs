using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Audit;

/// <summary>Adds the audit to the pipeline: what is recorded of requests whatever the route.</summary>
internal static class AuditExtensions
{
    /// <summary>Records refused access, and, before it opens, every connection of staff to the monitor.</summary>
    /// <param name="app">The pipeline, in which callers are identified already, but not authorized yet.</param>
    /// <param name="monitorPath">The path of the monitor's hub.</param>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app, string monitorPath)
    {
        var audit = app.ApplicationServices.GetRequiredService<AuditTrail>();
        var refused = app.ApplicationServices.GetRequiredService<RefusedAccess>();
        return app.Use(next => async context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path == monitorPath
                && context.User.VerifiedCaller is { IsStaff: true })
            {
                await audit.RecordAsync(context, AuditAction.WatchMonitor);
            }

            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status403Forbidden && context.User.VerifiedCaller is not null)
            {
                refused.Record(context);
            }
        });
    }
}
