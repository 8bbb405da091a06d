using System.Net;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Settings;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Auth;

/// <summary>Which keys are accepted, from where they come, and what a token must not be.</summary>
public sealed class TokenKeysTests : IDisposable
{
    private const string Secret = "the secret of today, with thirty-two bytes";
    private const string OldSecret = "the secret of yesterday, with enough bytes";

    private readonly KeyServer _server = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public static TheoryData<string, object> OtherPurposes => new()
    {
        { "typ", "Refresh" }, { "typ", "ID" }, { "type", "refresh" }, { "token_use", "id" }, { "token_use", "refresh" },
        { "token_type", "refresh" },
    };

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_that_is_signed_with_a_published_key_is_accepted(bool isElliptic)
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var key = _server.Rotate(isElliptic);

        Assert.True((await ValidateAsync(handler, Sign(key))).IsValid);
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task A_key_that_came_later_is_fetched_and_one_that_is_gone_is_refused()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var first = _server.Rotate();
        Assert.True((await ValidateAsync(handler, Sign(first))).IsValid);

        var second = _server.Rotate();

        await EventuallyAsync(async () => (await ValidateAsync(handler, Sign(second))).IsValid);
        Assert.False((await ValidateAsync(handler, Sign(first))).IsValid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("signing-key")]
    public async Task A_key_that_is_replaced_by_one_with_the_same_id_or_none_is_refused(string id)
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var first = _server.Rotate(id: id);
        Assert.True((await ValidateAsync(handler, Sign(first))).IsValid);

        var second = _server.Rotate(id: id);

        await EventuallyAsync(async () => (await ValidateAsync(handler, Sign(second))).IsValid);
        Assert.False((await ValidateAsync(handler, Sign(first))).IsValid);
    }

    [Fact]
    public async Task Tokens_with_unknown_keys_do_not_have_the_list_fetched_for_each()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        _server.Rotate();
        using var stranger = new KeyServer();
        for (var i = 0; i < 50; i++)
        {
            Assert.False((await ValidateAsync(handler, Sign(stranger.Rotate(isElliptic: true)))).IsValid);
        }

        Assert.InRange(_server.Requests, 1, 3);
    }

    [Fact]
    public async Task Known_keys_are_good_while_the_server_is_down()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var key = _server.Rotate();
        Assert.True((await ValidateAsync(handler, Sign(key))).IsValid);

        _server.Status = HttpStatusCode.InternalServerError;

        Assert.True((await ValidateAsync(handler, Sign(key, token => token.Claims["sub"] = "ben"))).IsValid);
    }

    [Fact]
    public async Task Where_the_keys_have_never_come_the_token_is_not_called_bad()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var key = _server.Rotate();
        _server.Status = HttpStatusCode.ServiceUnavailable;

        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<KeysUnavailableException>((await ValidateAsync(handler, Sign(key))).Exception);
        }

        Assert.Equal(1, _server.Requests);

        _server.Status = HttpStatusCode.OK;
        _time.Advance(TimeSpan.FromSeconds(6));
        await EventuallyAsync(async () => (await ValidateAsync(handler, Sign(key))).IsValid);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_a_request_up_for_seconds_only_and_the_next_ones_not_at_all()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var key = _server.Rotate();
        _server.Delay = TimeSpan.FromMinutes(1);

        Assert.IsType<KeysUnavailableException>((await ValidateAsync(handler, Sign(key)).WaitAsync(TimeSpan.FromSeconds(20))).Exception);
        Assert.IsType<KeysUnavailableException>((await ValidateAsync(handler, Sign(key)).WaitAsync(TimeSpan.FromSeconds(20))).Exception);
        Assert.InRange(_server.Requests, 0, 1);
    }

    [Fact]
    public async Task An_issuer_with_a_discovery_document_is_asked_there_and_has_to_be_the_issuer()
    {
        using var handler = Create(authority: _server.Address);
        var key = _server.Rotate();
        var issuer = _server.Address.AbsoluteUri;

        Assert.True((await ValidateAsync(handler, KeyServer.Sign(key, _time.GetUtcNow(), issuer))).IsValid);
        var other = await ValidateAsync(handler, KeyServer.Sign(key, _time.GetUtcNow(), "https://elsewhere.example"));
        Assert.IsType<SecurityTokenInvalidIssuerException>(other.Exception);
    }

    [Fact]
    public async Task The_secret_before_is_accepted_while_secrets_are_changed()
    {
        using var handler = Create(Secret, OldSecret);

        Assert.True((await ValidateAsync(handler, Sign(SigningKey.Of(Secret)))).IsValid);
        Assert.True((await ValidateAsync(handler, Sign(SigningKey.Of(OldSecret)))).IsValid);
        Assert.False((await ValidateAsync(handler, Sign(SigningKey.Of("a secret of nobody, with enough bytes")))).IsValid);
    }

    [Fact]
    public async Task A_secret_and_published_keys_are_accepted_side_by_side()
    {
        using var handler = Create(Secret, keysUrl: _server.KeysUrl);
        var key = _server.Rotate();

        Assert.True((await ValidateAsync(handler, Sign(key))).IsValid);
        Assert.True((await ValidateAsync(handler, Sign(SigningKey.Of(Secret)))).IsValid);
    }

    [Fact]
    public async Task A_public_key_is_never_taken_for_a_secret()
    {
        using var handler = Create(keysUrl: _server.KeysUrl);
        var key = (RsaSecurityKey)_server.Rotate();
        var published = JsonWebKeyConverter.ConvertFromRSASecurityKey(key);
        var forged = new SymmetricSecurityKey(Base64UrlEncoder.DecodeBytes(published.N)) { KeyId = key.KeyId };

        Assert.False((await ValidateAsync(handler, Sign(forged))).IsValid);
        Assert.False((await ValidateAsync(handler, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4iLCJleHAiOjk5OTk5OTk5OTl9.")).IsValid);
    }

    [Theory]
    [MemberData(nameof(OtherPurposes))]
    public async Task A_token_that_says_that_it_is_for_something_else_is_refused(string claim, object value)
    {
        using var handler = Create(Secret);

        var result = await ValidateAsync(handler, Sign(SigningKey.Of(Secret), token => token.Claims[claim] = value));

        Assert.IsType<UnusablePurposeException>(result.Exception);
    }

    [Theory]
    [InlineData("rt+jwt", false)]
    [InlineData("logout+jwt", false)]
    [InlineData("at+jwt", true)]
    [InlineData("jwt", true)]
    public async Task The_type_in_the_header_tells_an_access_token_from_others(string type, bool isAccepted)
    {
        using var handler = Create(Secret);

        Assert.Equal(isAccepted, (await ValidateAsync(handler, Sign(SigningKey.Of(Secret), token => token.TokenType = type))).IsValid);
    }

    [Theory]
    [InlineData("type", "access")]
    [InlineData("token_use", "access")]
    [InlineData("typ", "Bearer")]
    public async Task A_token_that_says_that_it_gives_access_is_accepted(string claim, string value)
    {
        using var handler = Create(Secret);

        Assert.True((await ValidateAsync(handler, Sign(SigningKey.Of(Secret), token => token.Claims[claim] = value))).IsValid);
    }

    [Theory]
    [InlineData(-3659, true)]
    [InlineData(-3661, false)]
    public async Task Clocks_may_differ_by_a_minute(int issuedBefore, bool isAccepted)
    {
        using var handler = Create(Secret);
        var token = KeyServer.Sign(SigningKey.Of(Secret), _time.GetUtcNow().AddSeconds(issuedBefore));

        Assert.Equal(isAccepted, (await ValidateAsync(handler, token)).IsValid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_was_made_for_too_long_is_refused(bool saysWhenIssued)
    {
        using var handler = Create(Secret, maxLifetime: TimeSpan.FromHours(1));
        var hour = Sign(SigningKey.Of(Secret));
        var day = Sign(SigningKey.Of(Secret), token =>
        {
            token.Expires = _time.GetUtcNow().AddDays(1).UtcDateTime;
            token.IssuedAt = saysWhenIssued ? token.IssuedAt : null;
        });

        Assert.True((await ValidateAsync(handler, hour)).IsValid);
        Assert.IsType<TooLongLifetimeException>((await ValidateAsync(handler, day)).Exception);
    }

    private static async Task<TokenValidationResult> ValidateAsync(CallerTokenHandler handler, string token) =>
        await handler.ValidateTokenAsync(token, new TokenValidationParameters());

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30);
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "It did not become true.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private string Sign(SecurityKey key, Action<SecurityTokenDescriptor>? change = null) =>
        KeyServer.Sign(key, _time.GetUtcNow(), change: change);

    private CallerTokenHandler Create(
        string? secret = null, string? previous = null, Uri? keysUrl = null, Uri? authority = null, TimeSpan? maxLifetime = null) => new(
        new GatewaySettings
        {
            JwtSecret = secret, JwtSecretPrevious = previous, JwtKeysUrl = keysUrl, JwtAuthority = authority, JwtMaxLifetime = maxLifetime,
        },
        new NoObserver(),
        _time);

    private sealed class NoObserver : ICallerObserver
    {
        public void OnVerified(JsonWebToken token, Caller caller)
        {
        }

        public void OnSeenAgain(string userId)
        {
        }
    }
}
