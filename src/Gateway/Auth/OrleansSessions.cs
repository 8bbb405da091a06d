using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fayo.Calls.Gateway.Origins;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Lets staff navigate to Orleans' dashboard, which a browser does without a token: a cookie stands for the member of staff
/// there, and nowhere else. It is signed, so that any silo takes it.
/// </summary>
/// <param name="settings">The secret that clients' tokens are signed with, of which the cookies' is made; and the roles of staff.</param>
/// <param name="time">The clock.</param>
internal sealed class OrleansSessions(GatewaySettings settings, TimeProvider time)
{
    /// <summary>Where the host puts the dashboard.</summary>
    public const string DashboardPath = "/orleans";

    private const string Cookie = "fayo_orleans";
    private const char Separator = '\n';

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    private readonly byte[] _key = HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.JwtSecret), "fayo_orleans"u8);

    /// <summary>Gives the caller's browser a session, for an hour at most, and no longer than the token is good.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tokenExpires">When the caller's token expires.</param>
    public void Begin(HttpContext context, DateTimeOffset? tokenExpires)
    {
        var caller = context.User.Caller;
        var until = time.GetUtcNow() + MaxLifetime;
        until = tokenExpires < until ? tokenExpires.Value : until;
        context.Response.Cookies.Append(Cookie, Sign(caller, until), new CookieOptions
        {
            Path = DashboardPath,
            HttpOnly = true,
            Secure = PublicHost.IsHttps(context.Request),
            SameSite = SameSiteMode.Strict,
            MaxAge = until - time.GetUtcNow(),
        });
    }

    /// <summary>Whose session a request to look at the dashboard is of; null where there is none.</summary>
    public CallerIdentity? Find(HttpRequest request) =>
        request.Path.StartsWithSegments(DashboardPath, StringComparison.Ordinal) && HttpMethods.IsGet(request.Method)
        && request.Cookies.TryGetValue(Cookie, out var cookie) && TryRead(cookie, out var caller)
            ? caller
            : null;

    private string Sign(Caller caller, DateTimeOffset until)
    {
        var content = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()}{Separator}{caller.UserId}{Separator}{caller.Role}"));
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, content))}";
    }

    private bool TryRead(string cookie, [NotNullWhen(true)] out CallerIdentity? caller)
    {
        caller = null;
        if (cookie.Split('.') is not [var content, var signature] || !Base64Url.IsValid(content) || !Base64Url.IsValid(signature))
        {
            return false;
        }

        var signed = Base64Url.DecodeFromChars(content);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, signed), Base64Url.DecodeFromChars(signature)))
        {
            return false;
        }

        // What is signed was written here.
        var fields = Encoding.UTF8.GetString(signed).Split(Separator, 3);
        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture));
        if (until <= time.GetUtcNow())
        {
            return false;
        }

        var user = new Caller(fields[1], fields[2]) { IsStaff = settings.StaffRoles.Contains(fields[2], StringComparer.Ordinal) };
        caller = new CallerIdentity(user, new VerifiedToken(DateTime.MinValue, until.UtcDateTime));
        return true;
    }
}
