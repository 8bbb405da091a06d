using System.Collections.Concurrent;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Floor;

/// <summary>Tells whose JWT a request carries. Each token is verified once.</summary>
/// <param name="secret">What the JWTs are signed with (HS256).</param>
internal sealed class BearerTokens(string secret)
{
    private const string Scheme = "Bearer ";

    private readonly JsonWebTokenHandler _handler = new();
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);

    private readonly TokenValidationParameters _parameters = new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
        ValidateIssuer = false,
        ValidateAudience = false,
    };

    /// <summary>The user of the token in the Authorization header or the query; null where there is none, or a bad one.</summary>
    public async ValueTask<string?> ReadUserAsync(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.Ordinal)
            ? header[Scheme.Length..]
            : request.Query["access_token"].ToString();
        if (_users.TryGetValue(token, out var known))
        {
            return known;
        }

        var result = await _handler.ValidateTokenAsync(token, _parameters);
        return result.IsValid ? _users.GetOrAdd(token, ((JsonWebToken)result.SecurityToken).Subject) : null;
    }

    /// <summary>Middleware: lets only users with a good token reach the hub, and keeps the user's id for it.</summary>
    public async Task RequireForHubAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments(CallHub.Path, StringComparison.Ordinal))
        {
            if (await ReadUserAsync(context.Request) is not { } user)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            context.Items[CallHub.UserItem] = user;
        }

        await next(context);
    }
}
