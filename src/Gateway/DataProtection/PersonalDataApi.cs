using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.DataProtection;

/// <summary>The routes that export and erase what is kept of one person. For staff only.</summary>
internal static class PersonalDataApi
{
    /// <summary>How many calls an error names.</summary>
    private const int MaxNamedCalls = 10;

    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapPersonalDataApi(this IEndpointRouteBuilder routes)
    {
        var data = routes.MapGroup("/users/{id}/data")
            .RequireAuthorization(StaffPolicy.Name)
            .WithTags("Users")
            .ProducesProblems(400, 403, 503);

        data.MapGet("", ExportAsync)
            .WithName("ExportPersonalData")
            .WithSummary("All that is kept of a person")
            .WithDescription("User, calls, timelines, claims and devices, as they are stored. On record in the audit. "
                + "A silo does one export or erasure at a time, for two minutes at most, and answers others with 503.");
        data.MapDelete("", EraseAsync)
            .WithName("ErasePersonalData")
            .WithSummary("Erase a person")
            .WithDescription("Open calls are ended. Ended calls stay for the other participant, with a pseudonym in place of the id, and "
                + "without metadata, remarks and devices. On record in the audit. The same request again is not an error. "
                + "409 calls_open where an open call still has the person's id: the person goes on calling, or watches a call of others.")
            .Produces<ErasedBody>()
            .ProducesProblems(409);
    }

    private static Task<IResult> ExportAsync(string id, HttpContext http, IPersonalData data, PersonalDataLimit limit, AuditTrail audit) =>
        limit.RunAsync(http, async cancellationToken =>
        {
            if (!UserIds.IsValid(id))
            {
                return new ProblemResult(ApiError.BadValue("id", "is not a user id"));
            }

            await audit.RecordAsync(http, AuditAction.ExportPerson, id);
            return TypedResults.Content(await data.ExportAsync(id, cancellationToken), "application/json");
        });

    private static Task<IResult> EraseAsync(string id, HttpContext http, PersonEraser eraser, PersonalDataLimit limit, AuditTrail audit) =>
        limit.RunAsync(http, async cancellationToken =>
        {
            if (!UserIds.IsValid(id))
            {
                return new ProblemResult(ApiError.BadValue("id", "is not a user id"));
            }

            // Before it begins: afterwards nobody is left whom the entry could name.
            await audit.RecordAsync(http, AuditAction.ErasePerson, id);
            var (changed, open) = await eraser.EraseAsync(id, http.User.Caller, cancellationToken);
            return open.Count == 0
                ? TypedResults.Ok(new ErasedBody(changed))
                : new ProblemResult(new ApiError(
                    StatusCodes.Status409Conflict,
                    "calls_open",
                    $"Open calls still have the person's id ({string.Join(", ", open.Take(MaxNamedCalls))}). "
                        + "Where the person goes on calling, withdraw their token; "
                        + "calls of others that the person watches have to end. Then ask again."));
        });
}
