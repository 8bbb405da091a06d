using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Lets a verified caller pass where nothing more is required, which is so on most routes, without what the evaluation of a policy sets up
/// with every request. All other policies are evaluated as usual.
/// </summary>
internal sealed class CallerPolicyEvaluator(IAuthorizationService authorization) : PolicyEvaluator(authorization)
{
    private static readonly Task<PolicyAuthorizationResult> Allowed = Task.FromResult(PolicyAuthorizationResult.Success());

    /// <inheritdoc/>
    public override Task<PolicyAuthorizationResult> AuthorizeAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
        policy.Requirements is [DenyAnonymousAuthorizationRequirement] && context.User.VerifiedCaller is not null
            ? Allowed
            : base.AuthorizeAsync(policy, authenticationResult, context, resource);
}
