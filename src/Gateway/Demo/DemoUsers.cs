using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.Users;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Demo;

/// <summary>The users of the local demo.</summary>
internal sealed class DemoUsers
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    private readonly JsonWebTokenHandler _tokens = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly GatewaySettings _settings;
    private readonly UserRecorder _recorder;
    private readonly TimeProvider _time;

    public DemoUsers(GatewaySettings settings, UserRecorder recorder, TimeProvider time)
    {
        _settings = settings;
        _recorder = recorder;
        _time = time;
        var staff = settings.StaffRoles[0];
        All =
        [
            new("mira", "Mira", "Demir", staff),
            new("jonas", "Jonas", "Weber", staff),
            new("alice", "Alice", "Martin", "PATIENT"),
            new("bob", "Bob", "Okafor", "PATIENT"),
            new("carla", "Carla", "Rossi", "PATIENT"),
        ];
    }

    /// <summary>All users of the demo. The first two are staff.</summary>
    public IReadOnlyList<UserProfile> All { get; }

    /// <summary>Puts all of them on record, so that staff can call them before they have connected.</summary>
    public void RecordAll()
    {
        foreach (var user in All)
        {
            _recorder.Record(user);
        }
    }

    /// <summary>Makes a token as the real issuer would.</summary>
    /// <param name="user">One of <see cref="All"/>.</param>
    public DemoTokenBody Issue(UserProfile user)
    {
        var now = _time.GetUtcNow();
        var token = _tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = user.Id,
                ["role"] = user.Role!,
                ["firstName"] = user.FirstName!,
                ["lastName"] = user.LastName!,
            },
            IssuedAt = now.UtcDateTime,
            Expires = (now + TokenLifetime).UtcDateTime,
            Issuer = _settings.JwtIssuer,
            Audience = _settings.JwtAudience,
            SigningCredentials = new SigningCredentials(SigningKey.Of(_settings.JwtSecret!), SecurityAlgorithms.HmacSha256),
        });
        return new DemoTokenBody(token, now + TokenLifetime);
    }
}
