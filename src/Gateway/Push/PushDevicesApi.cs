using System.Data.Common;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Push;

/// <summary>The routes by which users register devices for push. <c>GET /me/devices</c> lists them.</summary>
internal static class PushDevicesApi
{
    /// <summary>How long a push to see whether it arrives is of use.</summary>
    private static readonly TimeSpan TestLifetime = TimeSpan.FromSeconds(30);

    /// <summary>Maps the routes under a group that requires authorization.</summary>
    public static void MapPushDevicesApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/push/key", ReadKey)
            .WithTags("Push")
            .WithName("ReadPushKey")
            .WithSummary("The key for a push subscription")
            .WithDescription("What a browser's pushManager.subscribe needs as applicationServerKey; push_off where Web Push is not set up.")
            .ProducesProblems(404);

        var devices = routes.MapGroup("/me/devices/{deviceId}").WithTags("Push");
        devices.MapPut("", Register)
            .WithName("RegisterDevice")
            .WithSummary("Have a device pushed when a call rings")
            .WithDescription($"The device has the name of its connections. At most {PushDevice.MaxPerUser} are kept: the one registered "
                + "longest ago makes way. The same request again is not an error.")
            .AcceptsJson<RegisterDeviceRequest>(isOptional: false)
            .ProducesProblems(400, 409, 413, 503);
        devices.MapDelete("", Remove)
            .WithName("RemoveDevice")
            .WithSummary("Push a device no more")
            .WithDescription("Not an error where it is not registered.")
            .ProducesProblems(400, 503);
        devices.MapPost("/test", Test)
            .WithName("TestDevice")
            .WithSummary("Push a device now")
            .WithDescription("So that its user sees whether pushes arrive. What the push service answers is listed with the device.")
            .ProducesProblems(400, 404, 503);
    }

    private static Results<Ok<PushKeyBody>, ProblemResult> ReadKey(IPushSender push) => push.VapidPublicKey is { } key
        ? TypedResults.Ok(new PushKeyBody(key))
        : new ProblemResult(ApiError.PushOff with { Status = StatusCodes.Status404NotFound });

    private static async Task<Results<Ok<PushDeviceBody>, ProblemResult>> Register(
        string deviceId, HttpContext http, IGrainFactory grains, IPushSender push)
    {
        var (request, error) = await RequestBody.ReadAsync<RegisterDeviceRequest>(http);
        if ((error ?? FindProblem(deviceId)) is { } problem)
        {
            return new ProblemResult(problem);
        }

        if (!push.Supports(request!.Platform))
        {
            return new ProblemResult(ApiError.PushOff);
        }

        var device = request.ToDevice(deviceId);
        return push.FindProblem(device) is var (field, rule)
            ? new ProblemResult(ApiError.BadValue(field, rule))
            : await AskAsync(async () =>
                TypedResults.Ok(PushDeviceBody.Of(await grains.GetPushDevices(http.User.Caller.UserId).Register(device))));
    }

    private static async Task<Results<NoContent, ProblemResult>> Remove(string deviceId, HttpContext http, IGrainFactory grains)
    {
        if (FindProblem(deviceId) is { } problem)
        {
            return new ProblemResult(problem);
        }

        try
        {
            await grains.GetPushDevices(http.User.Caller.UserId).Remove(deviceId);
            return TypedResults.NoContent();
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return new ProblemResult(ApiError.Unavailable);
        }
    }

    private static async Task<Results<Accepted, ProblemResult>> Test(
        string deviceId, HttpContext http, IGrainFactory grains, IPushSender push, PushTestRate rate, TimeProvider time)
    {
        var userId = http.User.Caller.UserId;
        if (!rate.TryTake(userId, out var retryAfter))
        {
            return new ProblemResult(ApiError.TooMany(retryAfter));
        }

        PushDevice? device;
        try
        {
            device = (await grains.GetPushDevices(userId).List()).FirstOrDefault(other => other.DeviceId == deviceId);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return new ProblemResult(ApiError.Unavailable);
        }

        if (device is null || !push.Supports(device.Platform))
        {
            return new ProblemResult(ApiError.NoSuchDevice);
        }

        // Nobody waits for a push service.
        _ = push.SendAsync(
            userId,
            device,
            new PushMessage { Type = PushMessageType.Test, Topic = "test", ExpiresAt = time.GetUtcNow() + TestLifetime });
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<PushDeviceBody>, ProblemResult>> AskAsync(Func<Task<Ok<PushDeviceBody>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return new ProblemResult(ApiError.Unavailable);
        }
    }

    /// <summary>The grain reads the database when it activates, and fails with whatever that fails with.</summary>
    private static bool IsUnavailable(Exception failure) => failure is DbException or OrleansException or TimeoutException;

    private static ApiError? FindProblem(string deviceId) =>
        DeviceIds.IsValid(deviceId)
            ? null
            : ApiError.BadValue(
                "deviceId", $"has to have 1 to {GatewayLimits.MaxDeviceIdLength} characters, and no control characters");
}
