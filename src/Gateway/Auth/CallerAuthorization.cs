using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Serves the request of a verified caller at once where the endpoint requires nothing more, which is so for most, without what
/// authorization sets up with every request. All other requests are authorized as usual.
/// </summary>
internal static class CallerAuthorization
{
    /// <summary>
    /// Adds authorization to the pipeline. After it come only steps that pass on the requests of endpoints, and the endpoint.
    /// </summary>
    public static void UseCallerAuthorization(this IApplicationBuilder app)
    {
        app.Use(authorize => context =>
            context.GetEndpoint() is { RequestDelegate: { } serve } endpoint
            && RequiresOnlyCaller(endpoint)
            && context.User.VerifiedCaller is not null
                ? serve(context)
                : authorize(context));
        app.UseAuthorization();
    }

    /// <summary>True where the endpoint is under the default policy and no other: a verified caller.</summary>
    public static bool RequiresOnlyCaller(Endpoint endpoint)
    {
        var required = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        foreach (var data in required)
        {
            if (data is not { Policy: null, Roles: null, AuthenticationSchemes: null })
            {
                return false;
            }
        }

        return required.Count > 0
            && endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null
            && endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is null;
    }
}
