using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>
/// Counts invocations, and turns everything that goes wrong in one into a <see cref="HubException"/> with the message <c>code:
/// text</c>.
/// </summary>
internal sealed class HubErrors(RequestRate rate, ILogger<HubErrors> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!rate.TryTake(invocationContext.Context.User.Caller.UserId, out var retryAfter))
        {
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
