using System.Net;

namespace Fayo.Calls.Gateway.Settings;

/// <summary>The settings of the gateway.</summary>
public sealed class GatewaySettings
{
    /// <summary>The default of <see cref="RequestsPerSecond"/>.</summary>
    public const int DefaultRequestsPerSecond = 200;

    /// <summary>The largest value of <see cref="RequestsPerSecond"/>.</summary>
    public const int MaxRequestsPerSecond = 100_000;

    /// <summary>The default of <see cref="RequestBurst"/>.</summary>
    public const int DefaultRequestBurst = 400;

    /// <summary>The largest value of <see cref="RequestBurst"/>.</summary>
    public const int MaxRequestBurst = 100_000;

    /// <summary>The default of <see cref="AddressRequestsPerSecond"/>.</summary>
    public const int DefaultAddressRequestsPerSecond = 100;

    /// <summary>The default of <see cref="AddressRequestBurst"/>.</summary>
    public const int DefaultAddressRequestBurst = 1000;

    /// <summary>The default of <see cref="ConnectionsPerUser"/>.</summary>
    public const int DefaultConnectionsPerUser = 50;

    /// <summary>The largest value of <see cref="ConnectionsPerUser"/>.</summary>
    public const int MaxConnectionsPerUser = 10_000;

    /// <summary>The default of <see cref="MaxConnections"/>.</summary>
    public const int DefaultMaxConnections = 100_000;

    /// <summary>The default of <see cref="UnverifiedConnections"/>.</summary>
    public const int DefaultUnverifiedConnections = 5000;

    /// <summary>The smallest value of <see cref="MaxConnections"/>.</summary>
    public const int MinMaxConnections = 100;

    /// <summary>The smallest value of <see cref="UnverifiedConnections"/>.</summary>
    public const int MinUnverifiedConnections = 10;

    /// <summary>The largest value of <see cref="MaxConnections"/> and of <see cref="UnverifiedConnections"/>.</summary>
    public const int LargestConnections = 1_000_000;

    /// <summary>The default of <see cref="TokenGrace"/>.</summary>
    public static readonly TimeSpan DefaultTokenGrace = TimeSpan.FromSeconds(30);

    /// <summary>The largest value of <see cref="TokenGrace"/>.</summary>
    public static readonly TimeSpan MaxTokenGrace = TimeSpan.FromMinutes(5);

    /// <summary>The default of <see cref="SendTimeout"/>.</summary>
    public static readonly TimeSpan DefaultSendTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The smallest value of <see cref="SendTimeout"/>.</summary>
    public static readonly TimeSpan MinSendTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The largest value of <see cref="SendTimeout"/>.</summary>
    public static readonly TimeSpan MaxSendTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The default of <see cref="MetadataLimit"/>.</summary>
    public const int DefaultMetadataLimit = 4096;

    /// <summary>The largest value of <see cref="MetadataLimit"/>: no request is larger.</summary>
    public const int MaxMetadataLimit = 65_536;

    /// <summary>A longer text in a token is not taken for a role.</summary>
    public const int MaxRoleLength = 64;

    /// <summary>The default of <see cref="StaffRoles"/>.</summary>
    public static IReadOnlyList<string> DefaultStaffRoles { get; } = [Caller.StaffRole];

    /// <summary>
    /// The secret that clients' JWTs are signed with (HS256); null where the issuer publishes keys instead, see
    /// <see cref="JwtKeysUrl"/> and <see cref="JwtAuthority"/>.
    /// </summary>
    public string? JwtSecret { get; init; }

    /// <summary>The secret before that one, which is accepted too while secrets are changed; null where there is none.</summary>
    public string? JwtSecretPrevious { get; init; }

    /// <summary>Where the issuer publishes its keys for RS256 and ES256 (a JWK set, RFC 7517); null where it does not.</summary>
    public Uri? JwtKeysUrl { get; init; }

    /// <summary>
    /// The issuer, whose discovery document (<c>/.well-known/openid-configuration</c>) says where its keys are and what it is called;
    /// null where there is none.
    /// </summary>
    public Uri? JwtAuthority { get; init; }

    /// <summary>The longest lifetime of a token that is accepted; null for any.</summary>
    public TimeSpan? JwtMaxLifetime { get; init; }

    /// <summary>The issuer that JWTs have to name; null accepts any.</summary>
    public string? JwtIssuer { get; init; }

    /// <summary>The audience that JWTs have to name; null accepts any.</summary>
    public string? JwtAudience { get; init; }

    /// <summary>
    /// The browser origins that may use the service, such as <c>https://panel.example.com</c>, or <c>capacitor://localhost</c> for a hybrid
    /// app; <c>*</c> accepts any. The service's own origin is always accepted.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// The proxies that are believed when they declare the host, scheme, port and path prefix that a browser used
    /// (<c>X-Forwarded-*</c>).
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The roles of staff, who may see every call and every user.</summary>
    public IReadOnlyList<string> StaffRoles { get; init; } = DefaultStaffRoles;

    /// <summary>The roles that may watch all open calls in the monitor; none where those of <see cref="StaffRoles"/> may.</summary>
    public IReadOnlyList<string> MonitorRoles { get; init; } = [];

    /// <summary>Which roles may call which.</summary>
    public CallMatrix MayCall { get; init; } = CallMatrix.Everybody;

    /// <summary>The roles whose calls ring even for users who have blocked the caller.</summary>
    public IReadOnlyList<string> BlockingOverriddenBy { get; init; } = [];

    /// <summary>The HTTP service that lists the users; null where the users are those seen so far.</summary>
    public Uri? DirectoryUrl { get; init; }

    /// <summary>What carries the media of calls. Where it is Agora, the pages may connect to Agora's network.</summary>
    public MediaProvider Media { get; init; }

    /// <summary>The folder with the pages for browsers. Null, or a folder that does not exist, where there are no pages.</summary>
    public string? WebRoot { get; init; }

    /// <summary>
    /// Where people sign in who come to a page without a good token; null where the pages cannot know. <c>{page}</c> in it stands for the
    /// page's own address.
    /// </summary>
    public string? SignInUrl { get; init; }

    /// <summary>Whether this is the local demo, in which the person who started it can become one of its users.</summary>
    public bool IsLocalDemo { get; init; }

    /// <summary>The one-time words of the local demo, each of which lets one browser in. Never logged.</summary>
    public IReadOnlyList<string> DemoWords { get; init; } = [];

    /// <summary>Whether the host serves Orleans' dashboard, so that the browsers of staff need a cookie for it.</summary>
    public bool HasOrleansDashboard { get; init; }

    /// <summary>
    /// How many requests and hub invocations a user may make per second in the long run; 1 to
    /// <see cref="MaxRequestsPerSecond"/>.
    /// </summary>
    public int RequestsPerSecond { get; init; } = DefaultRequestsPerSecond;

    /// <summary>How many requests and hub invocations a user may make at once; 1 to <see cref="MaxRequestBurst"/>.</summary>
    public int RequestBurst { get; init; } = DefaultRequestBurst;

    /// <summary>
    /// How many requests without a valid token may come from one address per second in the long run; 1 to
    /// <see cref="MaxRequestsPerSecond"/>.
    /// </summary>
    public int AddressRequestsPerSecond { get; init; } = DefaultAddressRequestsPerSecond;

    /// <summary>How many requests without a valid token may come from one address at once; 1 to <see cref="MaxRequestBurst"/>.</summary>
    public int AddressRequestBurst { get; init; } = DefaultAddressRequestBurst;

    /// <summary>How many bytes the metadata of a call may have; 0 to <see cref="MaxMetadataLimit"/>.</summary>
    public int MetadataLimit { get; init; } = DefaultMetadataLimit;

    /// <summary>
    /// How many connections clients may have to this silo; nine of ten may be sockets of a hub. <see cref="MinMaxConnections"/> to
    /// <see cref="LargestConnections"/>.
    /// </summary>
    public int MaxConnections { get; init; } = DefaultMaxConnections;

    /// <summary>
    /// How many connections to this silo may be open over which no request with a valid token has come; where there are more, the
    /// oldest goes. <see cref="MinUnverifiedConnections"/> to <see cref="LargestConnections"/>.
    /// </summary>
    public int UnverifiedConnections { get; init; } = DefaultUnverifiedConnections;

    /// <summary>
    /// How many connections one user may have to the hub of calls, on all silos, and to that of the monitor, on each silo; 1 to
    /// <see cref="MaxConnectionsPerUser"/>.
    /// </summary>
    public int ConnectionsPerUser { get; init; } = DefaultConnectionsPerUser;

    /// <summary>How many messages may wait for a slow connection before it is closed; 1 to 10,000.</summary>
    public int SendQueueLimit { get; init; } = 128;

    /// <summary>
    /// How long writing one message to a connection, an answer included, may take before it is closed;
    /// <see cref="MinSendTimeout"/> to <see cref="MaxSendTimeout"/>.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = DefaultSendTimeout;

    /// <summary>
    /// How long a hub connection stays open after its token has expired, so that its client can hand over a new one; at most
    /// <see cref="MaxTokenGrace"/>.
    /// </summary>
    public TimeSpan TokenGrace { get; init; } = DefaultTokenGrace;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">A setting cannot be used; the parameter's name is that of the property.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(JwtSecret) || (JwtKeysUrl ?? JwtAuthority) is not null, nameof(JwtSecret), "has to be set");
        Require(StaffRoles.Count > 0, nameof(StaffRoles), "has to name a role");
        Require(
            RequestsPerSecond is > 0 and <= MaxRequestsPerSecond,
            nameof(RequestsPerSecond),
            $"has to be from 1 to {MaxRequestsPerSecond}");
        Require(RequestBurst is > 0 and <= MaxRequestBurst, nameof(RequestBurst), $"has to be from 1 to {MaxRequestBurst}");
        Require(
            AddressRequestsPerSecond is > 0 and <= MaxRequestsPerSecond,
            nameof(AddressRequestsPerSecond),
            $"has to be from 1 to {MaxRequestsPerSecond}");
        Require(
            AddressRequestBurst is > 0 and <= MaxRequestBurst, nameof(AddressRequestBurst), $"has to be from 1 to {MaxRequestBurst}");
        Require(MetadataLimit is >= 0 and <= MaxMetadataLimit, nameof(MetadataLimit), $"has to be from 0 to {MaxMetadataLimit}");
        Require(
            MaxConnections is >= MinMaxConnections and <= LargestConnections,
            nameof(MaxConnections),
            $"has to be from {MinMaxConnections} to {LargestConnections}");
        Require(
            UnverifiedConnections is >= MinUnverifiedConnections and <= LargestConnections,
            nameof(UnverifiedConnections),
            $"has to be from {MinUnverifiedConnections} to {LargestConnections}");
        Require(
            ConnectionsPerUser is > 0 and <= MaxConnectionsPerUser,
            nameof(ConnectionsPerUser),
            $"has to be from 1 to {MaxConnectionsPerUser}");
        Require(SendQueueLimit is > 0 and <= 10_000, nameof(SendQueueLimit), "has to be from 1 to 10,000");
        Require(
            SendTimeout >= MinSendTimeout && SendTimeout <= MaxSendTimeout, nameof(SendTimeout), "has to be from a second to 5 minutes");
        Require(TokenGrace >= TimeSpan.Zero && TokenGrace <= MaxTokenGrace, nameof(TokenGrace), "has to be from 0 to 5 minutes");
        var badOrigin = FindBadOrigin();
        Require(badOrigin is null, nameof(AllowedOrigins), DescribeBadOrigin(badOrigin));
    }

    /// <summary>The first of <see cref="AllowedOrigins"/> that is neither an origin nor <c>*</c>; null when all are valid.</summary>
    public string? FindBadOrigin() => AllowedOrigins.FirstOrDefault(origin => origin != "*" && OriginText.Normalize(origin) is null);

    /// <summary>What is wrong with <see cref="AllowedOrigins"/>, as the end of a sentence.</summary>
    /// <param name="origin">What <see cref="FindBadOrigin"/> has found.</param>
    public static string DescribeBadOrigin(string? origin) =>
        $"holds '{origin}', which is not an origin as browsers send it, such as https://panel.example.com or capacitor://localhost, nor *.";

    /// <summary>The settings without the secret.</summary>
    public override string ToString() => $"Gateway settings: origins [{string.Join(", ", AllowedOrigins)}]";

    private static void Require(bool holds, string property, string problem)
    {
        if (!holds)
        {
            throw new ArgumentException(problem, property);
        }
    }
}
