using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>
/// Counts and measures invocations, and turns everything that goes wrong in one into a <see cref="HubException"/> with the message <c>code:
/// text</c>.
/// </summary>
internal sealed class HubErrors(RequestRate rate, HubMetrics metrics, ILogger<HubErrors> logger) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        metrics.Start() is { } start ? MeasureAsync(start, invocationContext, next) : InvokeAsync(invocationContext, next);

    private async ValueTask<object?> MeasureAsync(
        long start, HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        string? errorCode = null;
        try
        {
            return await InvokeAsync(invocationContext, next);
        }
        catch (HubException e)
        {
            errorCode = e.ErrorCode;
            throw;
        }
        finally
        {
            metrics.RecordInvocation(start, invocationContext.HubMethod, errorCode);
        }
    }

    private async ValueTask<object?> InvokeAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!rate.TryTake(invocationContext.Context.User.Caller.UserId, out var retryAfter))
        {
            invocationContext.Context.Features.Get<HubSocket>()?.CountRefused();
            throw ApiError.TooMany(retryAfter).ToHubException();
        }

        try
        {
            return await next(invocationContext);
        }
        catch (HubException)
        {
            throw;
        }
        catch (Exception e)
        {
            var failure = ApiError.Of(e);
            if (failure.Status == StatusCodes.Status500InternalServerError)
            {
                logger.InvocationFailed(e, invocationContext.HubMethodName);
            }
            else
            {
                logger.InvocationUnavailable(invocationContext.HubMethodName, e.GetType().Name);
            }

            throw failure.ToHubException();
        }
    }
}
