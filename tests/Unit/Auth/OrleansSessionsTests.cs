using System.Security.Claims;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Auth;

public class OrleansSessionsTests
{
    private static readonly GatewaySettings Settings = new() { JwtSecret = "a secret" };
    private static readonly Caller Mira = new("mira", "ADMIN");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Theory]
    [InlineData(null, 60)]
    [InlineData(600, 60)]
    [InlineData(10, 10)]
    public async Task A_session_lasts_an_hour_and_no_longer_than_the_token_that_it_began_with(int? tokenMinutes, int minutes)
    {
        var sessions = new OrleansSessions(Settings, _time);
        var cookie = Begin(sessions, tokenMinutes is { } left ? _time.GetUtcNow().AddMinutes(left) : null);

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        var identity = await sessions.FindAsync(Request("/orleans/ClusterStats", cookie));
        Assert.Equal(Mira, identity?.Caller);
        Assert.Equal(_time.GetUtcNow().AddSeconds(1).UtcDateTime, identity?.Token.ValidTo);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await sessions.FindAsync(Request("/orleans/ClusterStats", cookie)));
    }

    [Fact]
    public async Task A_session_is_good_for_looking_at_the_dashboard_and_for_nothing_else()
    {
        var sessions = new OrleansSessions(Settings, _time);
        var cookie = Begin(sessions, null);
        Assert.NotNull(await sessions.FindAsync(Request("/orleans", cookie)));

        Assert.Null(await sessions.FindAsync(Request("/api/v1/calls", cookie)));
        Assert.Null(await sessions.FindAsync(Request("/orleansx", cookie)));
        Assert.Null(await sessions.FindAsync(Request("/orleans", cookie, "POST")));
        Assert.False((await new JsonWebTokenHandler().ValidateTokenAsync(cookie, new TokenValidationParameters
        {
            IssuerSigningKey = SigningKey.Of(Settings.JwtSecret!),
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        })).IsValid);
    }

    [Fact]
    public async Task What_was_not_signed_as_a_session_is_none()
    {
        var sessions = new OrleansSessions(Settings, _time);
        var cookie = Begin(sessions, null);
        var parts = cookie.Split('.');
        var elsewhere = Begin(new OrleansSessions(new GatewaySettings { JwtSecret = "another secret" }, _time), null);
        foreach (var forged in new[]
        {
            "", ".", "..", "a.b.c", parts[0], $"{parts[0]}.{parts[1]}.", $"{cookie}A", elsewhere,
            Sign(SigningKey.Of(Settings.JwtSecret!), "fayo_orleans"),
            Sign(SigningKey.Derive(Settings.JwtSecret!, "fayo_orleans"), "another purpose"),
        })
        {
            Assert.Null(await sessions.FindAsync(Request("/orleans", forged)));
        }

        var good = Sign(SigningKey.Derive(Settings.JwtSecret!, "fayo_orleans"), "fayo_orleans");
        Assert.NotNull(await sessions.FindAsync(Request("/orleans", good)));
    }

    private string Sign(SymmetricSecurityKey key, string audience)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = "eve", ["role"] = "ADMIN" },
            Audience = audience,
            Expires = _time.GetUtcNow().AddMinutes(5).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }

    private static string Begin(OrleansSessions sessions, DateTimeOffset? tokenExpires)
    {
        var context = new DefaultHttpContext
        {
            User = new ClaimsPrincipal(new CallerIdentity(Mira, new VerifiedToken(DateTime.MinValue, DateTime.MaxValue))),
        };
        sessions.Begin(context, tokenExpires);
        var cookie = context.Response.Headers.SetCookie.ToString();
        return cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..cookie.IndexOf(';', StringComparison.Ordinal)];
    }

    private static HttpRequest Request(string path, string cookie, string method = "GET")
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Request.Method = method;
        context.Request.Headers.Cookie = $"fayo_orleans={cookie}";
        return context.Request;
    }
}
