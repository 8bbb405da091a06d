using Fayo.Calls.Gateway.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Auth;

/// <summary>Which endpoints serve a verified caller without another look at what they require.</summary>
public sealed class CallerAuthorizationTests
{
    [Fact]
    public void A_route_under_the_default_policy_requires_only_a_caller()
    {
        Assert.True(RequiresOnlyCaller(new AuthorizeAttribute()));
        Assert.True(RequiresOnlyCaller(new AuthorizeAttribute(), new AuthorizeAttribute()));
    }

    [Fact]
    public void A_route_that_requires_more_or_nothing_is_authorized_as_usual()
    {
        Assert.False(RequiresOnlyCaller());
        Assert.False(RequiresOnlyCaller(new AuthorizeAttribute(StaffPolicy.Name)));
        Assert.False(RequiresOnlyCaller(new AuthorizeAttribute(), new AuthorizeAttribute(MonitorPolicy.Name)));
        Assert.False(RequiresOnlyCaller(new AuthorizeAttribute { Roles = "ADMIN" }));
        Assert.False(RequiresOnlyCaller(new AuthorizeAttribute { AuthenticationSchemes = "Cookies" }));
        Assert.False(RequiresOnlyCaller(
            new AuthorizeAttribute(), new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build()));
    }

    private static bool RequiresOnlyCaller(params object[] metadata) => CallerAuthorization.RequiresOnlyCaller(
        new Endpoint(requestDelegate: null, new EndpointMetadataCollection(metadata), displayName: null));
}
