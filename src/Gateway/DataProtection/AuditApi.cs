using System.Buffers;
using System.Globalization;
using System.Text;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.DataProtection;

/// <summary>The route that exports the audit. For staff only.</summary>
internal static class AuditApi
{
    private const string ContentType = "application/x-ndjson";
    private const int LinesPerFlush = 200;

    private static readonly string[] Names = ["after", "from", "to"];

    /// <summary>Maps the route under a group that requires authorization.</summary>
    public static void MapAuditApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", ExportAsync)
            .RequireAuthorization(StaffPolicy.Name)
            .WithTags("Audit")
            .WithName("ExportAudit")
            .WithSummary("Who has looked at what")
            .WithDescription("Oldest entry first, a JSON object a line (application/x-ndjson). `after` is the number of the last entry "
                + "that is known, `from` and `to` are times (ISO 8601). The export is itself on record, as its last line.")
            .ProducesProblems(400, 403, 503);

    private static async Task ExportAsync(HttpContext http, IAuditReader reader, AuditTrail audit)
    {
        if (Parse(http.Request.Query, out var after, out var from, out var to) is { } error)
        {
            await ProblemResult.WriteAsync(http, error);
            return;
        }

        await audit.RecordAsync(http, AuditAction.ExportAudit);
        http.Response.ContentType = ContentType;
        var lines = 0;
        await foreach (var record in reader.ReadAsync(after, from, to, http.RequestAborted))
        {
            http.Response.BodyWriter.Write(Encoding.UTF8.GetBytes(AuditJson.ToLine(record) + "\n"));
            if (++lines % LinesPerFlush == 0)
            {
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }
    }

    private static ApiError? Parse(IQueryCollection query, out long after, out DateTimeOffset? from, out DateTimeOffset? to)
    {
        (after, from, to) = (0, null, null);
        if (QueryRules.CheckNames(query, Names) is { } error)
        {
            return error;
        }

        if (query.TryGetValue("after", out var number)
            && !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return ApiError.BadValue("after", "has to be the number of an entry");
        }

        return QueryRules.ReadTime("from", query["from"], out from) ?? QueryRules.ReadTime("to", query["to"], out to);
    }
}
