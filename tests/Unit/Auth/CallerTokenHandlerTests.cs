using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Settings;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Auth;

public class CallerTokenHandlerTests
{
    private static readonly GatewaySettings Settings = new() { JwtSecret = "a secret", StaffRoles = ["ADMIN", "SUPERVISOR"] };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly Observer _observer = new();

    public static TheoryData<object?, string?, bool> Roles => new()
    {
        { "ADMIN", "ADMIN", true },
        { "DOCTOR", "DOCTOR", false },
        { List("ADMIN", "DOCTOR"), "ADMIN", true },
        { List("DOCTOR", "ADMIN"), "ADMIN", true },
        { List("DOCTOR", "SUPERVISOR", "ADMIN"), "SUPERVISOR", true },
        { List("DOCTOR", "PATIENT"), "DOCTOR", false },
        { new object[] { 1, true, "DOCTOR" }, "DOCTOR", false },
        { List("admin", " ADMIN", "ADMIN,DOCTOR", new string('x', 65)), "admin", false },
        { Array.Empty<string>(), null, false },
        { null, null, false },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Every_role_that_a_token_lists_counts_in_whatever_order(object? claim, string? role, bool isStaff)
    {
        var result = await Create().ValidateTokenAsync(Sign("ann", claim), new TokenValidationParameters());

        var caller = Assert.IsType<CallerIdentity>(result.ClaimsIdentity).Caller;
        Assert.Equal(("ann", role, isStaff), (caller.UserId, caller.Role, caller.IsStaff));
    }

    [Theory]
    [InlineData("Ann", "Smith", null, "Ann Smith")]
    [InlineData(null, null, "Ann B. Smith", "Ann B. Smith")]
    [InlineData(null, "Smith", "Ann", "Smith")]
    [InlineData(null, null, null, null)]
    [InlineData(" ", "\u202e\u2066", "\u0007", null)]
    [InlineData("Dr\u202e nnA\u2028", "Smith\0", null, "Dr nnA Smith")]
    [InlineData("\u0646\u06cc\u200c\u0627", null, null, "\u0646\u06cc\u200c\u0627")]
    public async Task The_name_of_a_caller_is_that_of_the_token_without_what_deceives(
        string? first, string? last, string? name, string? shown)
    {
        var token = Sign("ann", "PATIENT", ("firstName", first), ("lastName", last), ("name", name));
        var result = await Create().ValidateTokenAsync(token, new TokenValidationParameters());

        Assert.Equal(shown, Assert.IsType<CallerIdentity>(result.ClaimsIdentity).Caller.Name);
    }

    [Fact]
    public async Task A_long_name_is_cut_between_characters_and_a_role_that_deceives_is_none()
    {
        var token = Sign("ann", "ADMIN\u202e", ("name", string.Concat(Enumerable.Repeat("\ud83d\ude00", 60)) + "x"));
        var result = await Create().ValidateTokenAsync(token, new TokenValidationParameters());

        var caller = Assert.IsType<CallerIdentity>(result.ClaimsIdentity).Caller;
        Assert.Equal((string.Concat(Enumerable.Repeat("\ud83d\ude00", 50)), null, false), (caller.Name, caller.Role, caller.IsStaff));
        Assert.Equal("ann", caller.ToString());
    }

    [Fact]
    public async Task The_observer_is_told_of_a_token_that_is_verified_and_when_it_comes_again_and_of_no_other()
    {
        var handler = Create();
        var token = Sign("ann", "PATIENT");
        await handler.ValidateTokenAsync(token, new TokenValidationParameters());
        await handler.ValidateTokenAsync(token, new TokenValidationParameters());
        Assert.False((await handler.ValidateTokenAsync(token[..^4] + "AAAA", new TokenValidationParameters())).IsValid);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.False((await handler.ValidateTokenAsync(token, new TokenValidationParameters())).IsValid);

        Assert.Equal(["verified ann", "again ann"], _observer.Heard);
    }

    private static string[] List(params string[] roles) => roles;

    private CallerTokenHandler Create() => new(Settings, _observer, _time);

    private string Sign(string userId, object? role, params (string Name, string? Value)[] more)
    {
        var claims = new Dictionary<string, object> { ["sub"] = userId };
        if (role is not null)
        {
            claims["role"] = role;
        }

        foreach (var (name, value) in more.Where(claim => claim.Value is not null))
        {
            claims[name] = value!;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            Expires = _time.GetUtcNow().AddHours(1).UtcDateTime,
            SigningCredentials = new SigningCredentials(SigningKey.Of(Settings.JwtSecret!), SecurityAlgorithms.HmacSha256),
        });
    }

    private sealed class Observer : ICallerObserver
    {
        public List<string> Heard { get; } = [];

        public void OnVerified(JsonWebToken token, Caller caller) => Heard.Add($"verified {caller.UserId}");

        public void OnSeenAgain(string userId) => Heard.Add($"again {userId}");
    }
}
