using System.Security.Cryptography;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Lets staff open Orleans' dashboard. A browser navigates there without a bearer token, so a cookie identifies the member of
/// staff, for the dashboard only. The cookie is a JWT, so that every silo accepts it.
/// </summary>
internal sealed class OrleansSessions
{
    /// <summary>The path at which the host serves the dashboard.</summary>
    public const string DashboardPath = "/orleans";

    private const string CookieName = "fayo_orleans";
    private const string Purpose = "fayo_orleans";
    private const string RoleClaim = "role";

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    private readonly JsonWebTokenHandler _tokens = new()
    {
        MapInboundClaims = false,
        SetDefaultTimesOnTokenCreation = false,
        MaximumTokenSizeInBytes = 2 * 1024,
    };
    private readonly SigningCredentials _credentials;
    private readonly TokenValidationParameters _parameters;
    private readonly IReadOnlyList<string> _staffRoles;
    private readonly TimeProvider _time;

    /// <param name="settings">The secret of clients' tokens, from which the cookies' key is derived, and the roles of staff.</param>
    /// <param name="time">The clock.</param>
    public OrleansSessions(GatewaySettings settings, TimeProvider time)
    {
        // A key of its own: a cookie is no bearer token, and a bearer token is no cookie.
        // Without a secret there is no dashboard, and so no cookie.
        var key = SigningKey.Derive(settings.JwtSecret ?? RandomNumberGenerator.GetHexString(64), Purpose);
        _credentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        _parameters = new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidateIssuer = false,
            ValidAudience = Purpose,
            LifetimeValidator = (_, expires, _, _) => expires > _time!.GetUtcNow().UtcDateTime,
        };
        _staffRoles = settings.StaffRoles;
        _time = time;
    }

    /// <summary>Gives the caller's browser a cookie that is valid for an hour, or as long as the caller's token if that is less.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tokenExpires">When the caller's token expires; null where that is not known.</param>
    public void Begin(HttpContext context, DateTimeOffset? tokenExpires)
    {
        var caller = context.User.Caller;
        var now = _time.GetUtcNow();
        var expires = tokenExpires < now + MaxLifetime ? tokenExpires.Value : now + MaxLifetime;
        context.Response.Cookies.Append(CookieName, CreateToken(caller, expires), new CookieOptions
        {
            Path = context.Request.PathBase + DashboardPath,
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Strict,
            MaxAge = expires - now,
        });
    }

    /// <summary>Identifies the member of staff who looks at the dashboard.</summary>
    /// <returns>Null for any other request, and where there is no valid cookie.</returns>
    public async ValueTask<CallerIdentity?> FindAsync(HttpRequest request)
    {
        if (!request.Path.StartsWithSegments(DashboardPath, StringComparison.Ordinal) || !HttpMethods.IsGet(request.Method)
            || !request.Cookies.TryGetValue(CookieName, out var cookie))
        {
            return null;
        }

        var result = await _tokens.ValidateTokenAsync(cookie, _parameters);
        if (!result.IsValid)
        {
            return null;
        }

        var token = (JsonWebToken)result.SecurityToken;
        var role = token.GetPayloadValue<string>(RoleClaim);
        var caller = new Caller(token.Subject, role) { IsStaff = _staffRoles.Contains(role, StringComparer.Ordinal) };
        return new CallerIdentity(caller, new VerifiedToken(DateTime.MinValue, token.ValidTo));
    }

    private string CreateToken(Caller caller, DateTimeOffset expires) => _tokens.CreateToken(new SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = caller.UserId,
            [RoleClaim] = caller.Role!,
        },
        Audience = Purpose,
        Expires = expires.UtcDateTime,
        SigningCredentials = _credentials,
    });
}
