using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Counts invocations, and turns whatever goes wrong in one into a <see cref="HubException"/> with <c>code: text</c>.</summary>
internal sealed class HubRefusals(RequestRate rate, ILogger<HubRefusals> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!rate.TryTake(invocationContext.Context.User.Caller.UserId, out var refusal))
        {
            throw refusal.ToHubException();
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
            var failure = Refusal.Of(e);
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

/// <summary>How refusals reach the clients of the hub.</summary>
internal static class HubRefusalExtensions
{
    /// <summary>An exception whose message is <c>code: text</c>.</summary>
    public static HubException ToHubException(this Refusal refusal) => new($"{refusal.Code}: {refusal.Detail}");

    /// <summary>The request, if it could be read.</summary>
    /// <exception cref="HubException">It could not.</exception>
    public static T OrRefuse<T>(this Parsed<T> parsed)
        where T : class =>
        parsed.Value ?? throw (parsed.Refusal ?? Refusal.Malformed("An argument is missing.")).ToHubException();

    /// <summary>The result, if the call session did what it was asked.</summary>
    /// <exception cref="HubException">It did not.</exception>
    public static CallResult OrRefuse(this CallResult result, Caller caller) =>
        result.Code == CallResultCode.Ok ? result : throw Refusal.Of(result, caller).ToHubException();
}

/// <summary>What the hub logs. Never an argument.</summary>
internal static partial class HubLog
{
    [LoggerMessage(LogLevel.Error, "The hub's {Method} failed.")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(LogLevel.Warning, "The hub's {Method} cannot be done at the moment: {Reason}.")]
    public static partial void InvocationUnavailable(this ILogger logger, string method, string reason);
}
