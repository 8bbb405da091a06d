using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>A verified caller. Holds no claims: it lives as long as its connection, and the caller is all that is used.</summary>
/// <param name="caller">Who it is.</param>
/// <param name="token">What is kept of the token that says so.</param>
internal sealed class CallerIdentity(Caller caller, VerifiedToken token) : ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme)
{
    public Caller Caller => caller;

    public VerifiedToken Token => token;
}
