using System.Security.Claims;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>Verifies JWTs and reads from them who the caller is.</summary>
internal sealed class CallerTokenHandler : TokenHandler, IDisposable
{
    /// <summary>How far the clocks of issuer and service may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = 8 * 1024 };
    private readonly TokenKeys _keys;
    private readonly TimeSpan? _maxLifetime;
    private readonly TimeProvider _time;
    private readonly VerifiedTokens _verified = new();
    private readonly IReadOnlyList<string> _staffRoles;
    private readonly IReadOnlyList<string> _monitorRoles;
    private readonly ICallerObserver _observer;

    public CallerTokenHandler(GatewaySettings settings, ICallerObserver observer, TimeProvider time)
    {
        _staffRoles = settings.StaffRoles;
        _monitorRoles = settings.MonitorRoles.Count > 0 ? settings.MonitorRoles : settings.StaffRoles;
        _observer = observer;
        _time = time;
        _maxLifetime = settings.JwtMaxLifetime;
        _keys = new TokenKeys(settings, CheckLifetime, _verified.Clear, time);
    }

    public override int MaximumTokenSizeInBytes
    {
        get => _tokens.MaximumTokenSizeInBytes;
        set => _tokens.MaximumTokenSizeInBytes = value;
    }

    /// <summary>Verifies a token. One that was verified before is only checked for its expiry.</summary>
    /// <param name="token">The token.</param>
    /// <param name="validationParameters">Not used: the handler has parameters of its own.</param>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (FindKnown(token) is { } known)
        {
            return Accept(known);
        }

        var result = await VerifyAsync(token);
        if (result.ClaimsIdentity is CallerIdentity caller)
        {
            _verified.Add(token, caller);
        }

        return result;
    }

    /// <summary>What authentication ends with by a token that was verified before and has not expired; null for any other token.</summary>
    /// <param name="token">The token.</param>
    public AuthenticateResult? FindVerified(ReadOnlySpan<char> token) => FindKnown(token)?.Authenticated;

    /// <summary>Why a token was refused, as a sentence for people.</summary>
    /// <param name="failure">What authentication failed with; null where there was no token.</param>
    public static string Explain(Exception? failure) => failure switch
    {
        null => "A bearer token is required.",
        UnusableUserIdException or UnusableTicketException or UnusablePurposeException or KeysUnavailableException
            or TooLongLifetimeException => failure.Message,
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenNoExpirationException => "The token has no expiry ('exp').",
        SecurityTokenInvalidLifetimeException => "The token expires before it becomes valid.",
        SecurityTokenInvalidIssuerException => "The token's issuer ('iss') is not accepted here.",
        SecurityTokenInvalidAudienceException => "The token is not meant for this service ('aud').",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException =>
            "The token is not signed with a key that is accepted here.",
        _ => "The token cannot be read.",
    };

    /// <summary>What a client is answered whose token was refused.</summary>
    /// <param name="failure">What authentication failed with; null where there was no token.</param>
    public static ApiError Refuse(Exception? failure)
    {
        var detail = Explain(failure);
        // Without keys not 401: the token may well be good, and the client must not sign its user out.
        return failure is KeysUnavailableException ? ApiError.Unavailable with { Detail = detail } : ApiError.Unauthorized(detail);
    }

    public void Dispose() => _keys.Dispose();

    private static TokenValidationResult Accept(CallerIdentity caller) =>
        new() { IsValid = true, ClaimsIdentity = caller, SecurityToken = caller.Token };

    private CallerIdentity? FindKnown(ReadOnlySpan<char> token)
    {
        if (!_verified.TryGet(token, out var known) || known.Token.ValidTo <= _time.GetUtcNow().UtcDateTime - ClockSkew)
        {
            return null;
        }

        _observer.OnSeenAgain(known.Caller.UserId);
        return known;
    }

    private async Task<TokenValidationResult> VerifyAsync(string token)
    {
        var result = await _keys.ValidateAsync(_tokens, token);
        if (!result.IsValid)
        {
            return result;
        }

        var verified = (JsonWebToken)result.SecurityToken;
        if (TokenPurpose.FindProblem(verified) is { } problem)
        {
            return new TokenValidationResult { IsValid = false, Exception = problem };
        }

        var userId = ReadId(verified, JwtRegisteredClaimNames.Sub) ?? ReadId(verified, "id");
        if (!UserIds.IsValid(userId))
        {
            return new TokenValidationResult { IsValid = false, Exception = new UnusableUserIdException(userId is null) };
        }

        var caller = ReadCaller(verified, userId!);
        _observer.OnVerified(verified, caller);
        return Accept(new CallerIdentity(caller, new VerifiedToken(verified.ValidFrom, verified.ValidTo)));
    }

    /// <summary>
    /// The claim <c>role</c> may be a list, all of whose entries count, in whatever order they are: who has a role of staff is
    /// staff, with that role. Others have the first of their roles.
    /// </summary>
    private Caller ReadCaller(JsonWebToken token, string userId)
    {
        string[] roles = [.. token.Claims
            .Where(claim => claim.Type == "role" && claim.ValueType == ClaimValueTypes.String)
            .Where(claim => claim.Value.Length <= GatewaySettings.MaxRoleLength)
            .Select(claim => claim.Value)];
        var staffRole = Array.Find(roles, role => _staffRoles.Contains(role, StringComparer.Ordinal));
        return new Caller(userId, staffRole ?? TokenProfile.CleanRole(roles.FirstOrDefault()))
        {
            IsStaff = staffRole is not null,
            MayMonitor = Array.Exists(roles, role => _monitorRoles.Contains(role, StringComparer.Ordinal)),
            Name = TokenProfile.ReadFullName(token),
        };
    }

    private static string? ReadId(JsonWebToken token, string name) =>
        token.TryGetClaim(name, out var claim)
        && claim.ValueType is ClaimValueTypes.String or ClaimValueTypes.Integer or ClaimValueTypes.Integer32 or ClaimValueTypes.Integer64
            ? claim.Value
            : null;

    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (expires is null)
        {
            throw new SecurityTokenNoExpirationException();
        }

        if (notBefore > now + ClockSkew)
        {
            throw new SecurityTokenNotYetValidException();
        }

        if (now >= expires + ClockSkew)
        {
            throw new SecurityTokenExpiredException();
        }

        // Where a token does not say since when it is good, what is left of it counts.
        var since = ((JsonWebToken)token).IssuedAt is var issued && issued > DateTime.MinValue ? issued : notBefore ?? now;
        return _maxLifetime is { } most && expires - since > most + ClockSkew ? throw new TooLongLifetimeException(most) : true;
    }
}
