using System.Net;
using Fayo.Calls.Agora;
using Fayo.Calls.Events;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Push.Settings;
using Fayo.Calls.Silo.Network;
using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.Database;

namespace Fayo.Calls.Silo.Settings;

/// <summary>All settings of the service, read and checked once at the start.</summary>
internal sealed record SiloSettings
{
    private const string PreviousAuditSecret = "Calls:PreviousAuditSecret";

    /// <summary>128 bits in hexadecimal digits.</summary>
    private const int MinDemoWordLength = 32;

    public required IPAddress Host { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// The folder with the certificate for browsers and other clients; null where a proxy in front of the service has it.
    /// </summary>
    public required string? TlsFolder { get; init; }

    public required bool IsLocalDemo { get; init; }

    /// <summary>Whether staff find Orleans' own dashboard at <c>/orleans</c>. Costs about 8 % CPU and 70 to 100 MB.</summary>
    public required bool HasOrleansDashboard { get; init; }

    public required MigrationMode Migrations { get; init; }

    /// <summary>How long the database may be gone before a silo is not ready; each silo adds up to half of it.</summary>
    public required TimeSpan DatabaseOutageTolerance { get; init; }

    /// <summary>How long a stopping silo, no longer ready, still serves.</summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary>Over how long a stopping silo closes its connections.</summary>
    public required TimeSpan DrainSpread { get; init; }

    public required ClusterSettings Cluster { get; init; }

    public required TelemetrySettings Telemetry { get; init; }

    public required DatabaseSettings Database { get; init; }

    public required AuditSettings Audit { get; init; }

    public required MediaSettings Media { get; init; }

    public required PushSettings Push { get; init; }

    /// <summary>Makes what devices that were pushed ask about their call with.</summary>
    public required PushCredentials PushCredentials { get; init; }

    public required CallOptions Calls { get; init; }

    public required GatewaySettings Gateway { get; init; }

    public required EventOptions Events { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidSettingsException">One or more settings are missing or bad; the message names each.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var read = new SettingReader(configuration);
        var calls = ReadCalls(read);
        var isLocalDemo = read.Flag("Calls:LocalDemo", otherwise: false);
        var hasOrleansDashboard = read.Flag("Calls:OrleansDashboard", isLocalDemo);
        var media = MediaSettings.Read(read, isLocalDemo);
        var gateway = ReadGateway(read, calls, media?.Provider ?? MediaProvider.Agora, isLocalDemo, hasOrleansDashboard);
        var (host, port) = ReadEndpoint(read);
        var tlsFolder = ReadTlsFolder(read);
        if (isLocalDemo)
        {
            CheckLocalDemo(read, host, gateway.DemoWords);
        }

        var migrations = read.Choice("Calls:Migrations", MigrationMode.Apply);
        var drainDelay = read.Duration("Calls:DrainDelay", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        var drainSpread = read.Duration("Calls:DrainSpread", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        var tolerance = read.Duration("Calls:DatabaseOutageTolerance", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var cluster = ClusterSettings.Read(read);
        var telemetry = TelemetrySettings.Read(read);
        var database = ReadDatabase(read);
        var audit = ReadAudit(read);
        var push = PushSettingsReader.Read(read);
        calls.HasPush = push.IsOn;
        var events = EventSettingsReader.Read(read);
        read.RefuseUnknown("Calls");
        read.RefuseUnknown("Directory");
        read.RefuseMisspelt("Calls", "Directory");
        return read.Problems.Count > 0
            ? throw new InvalidSettingsException(read.Problems)
            : new SiloSettings
            {
                Host = host,
                Port = port,
                TlsFolder = tlsFolder,
                IsLocalDemo = isLocalDemo,
                HasOrleansDashboard = hasOrleansDashboard,
                Migrations = migrations,
                DatabaseOutageTolerance = tolerance,
                DrainDelay = drainDelay,
                DrainSpread = drainSpread,
                Cluster = cluster,
                Telemetry = telemetry,
                Database = database!,
                Audit = audit,
                Media = media!,
                Push = push,
                PushCredentials = ReadPushCredentials(read),
                Calls = calls,
                Gateway = gateway,
                Events = events,
            };
    }

    /// <summary>Where the service listens: everything else may hold a secret.</summary>
    public override string ToString() => $"Settings of the service at {Host}:{Port}";

    /// <summary>Reads where the service listens.</summary>
    public static (IPAddress Host, int Port) ReadEndpoint(SettingReader read) =>
        (read.Address("HOST", IPAddress.Loopback), read.Whole("PORT", 3010, 1, 65535));

    /// <summary>Reads where the certificate for clients is.</summary>
    public static string? ReadTlsFolder(SettingReader read)
    {
        const string Name = "Calls:Tls";
        if (read.Text(Name) is not { } folder)
        {
            return null;
        }

        if (CertificateFolder.FindProblem(folder) is { } problem)
        {
            read.Refuse(Name, problem);
        }

        return folder;
    }

    /// <summary>Reads where the database is.</summary>
    /// <returns>Null where that is missing or bad.</returns>
    public static DatabaseSettings? ReadDatabase(SettingReader read)
    {
        var url = read.Required("DATABASE_URL", "it says where PostgreSQL is: postgresql://user:password@host:port/database?schema=call");
        int? connections = read.Text("Calls:DatabaseConnections") is null
            ? null
            : read.Whole("Calls:DatabaseConnections", DatabaseSettings.DefaultConnections, DatabaseSettings.MinConnections, 1000);
        if (url.Length == 0)
        {
            return null;
        }

        try
        {
            return DatabaseSettings.Parse(url, connections);
        }
        catch (FormatException e)
        {
            read.Refuse("DATABASE_URL", e.Message);
            return null;
        }
    }

    /// <summary>Reads how the audit is kept.</summary>
    public static AuditSettings ReadAudit(SettingReader read)
    {
        const string Name = "Calls:AuditSecret";
        var own = read.Secret(Name, SecretRules.MinBytes);
        var jwt = read.Text("JWT_SECRET");
        var secret = own ?? jwt;
        if (secret is null)
        {
            read.Refuse(Name, "is not set, and nor is JWT_SECRET, which takes its place: the ends of the audit are signed with it.");
        }

        // The audit may have been signed with JWT_SECRET until it got a secret of its own.
        string?[] previous = [own is null ? null : jwt, read.Text("JWT_SECRET_PREVIOUS"), read.Secret(PreviousAuditSecret, minBytes: 0)];
        return AuditSettings.Of(
            secret ?? "",
            read.Duration("Calls:KeepAuditFor", AuditSettings.DefaultKeepFor, TimeSpan.FromDays(1), TimeSpan.FromDays(36500)),
            [.. previous.OfType<string>()]);
    }

    /// <summary>Signs with the secret of the clients' tokens; where their issuer has keys of its own, with that of the audit.</summary>
    private static PushCredentials ReadPushCredentials(SettingReader read) => new(
        read.Text("JWT_SECRET") ?? read.Text("Calls:AuditSecret")!,
        new[] { read.Text("JWT_SECRET_PREVIOUS"), read.Text(PreviousAuditSecret) }.OfType<string>().ToList());

    /// <summary>Reads how long things may take. What is not set is as <see cref="CallOptions"/> has it.</summary>
    private static CallOptions ReadCalls(SettingReader read)
    {
        var calls = new CallOptions();
        calls.RingTimeout =
            read.Duration("Calls:RingTimeout", calls.RingTimeout, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        calls.ResendAfter =
            read.Duration("Calls:ResendAfter", calls.ResendAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        calls.ConnectionLostAfter =
            read.Duration("Calls:ConnectionLostAfter", calls.ConnectionLostAfter, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        calls.CallerLostAfter =
            read.Duration("Calls:CallerLostAfter", calls.CallerLostAfter, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));
        calls.MaxDuration =
            read.Duration("Calls:MaxDuration", calls.MaxDuration, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        calls.KeepHistoryFor =
            read.Duration("Calls:KeepHistoryFor", calls.KeepHistoryFor, TimeSpan.Zero, TimeSpan.FromDays(36500));
        calls.KeepUsersFor =
            read.Duration("Calls:KeepUsersFor", calls.KeepUsersFor, TimeSpan.FromDays(7), TimeSpan.FromDays(36500));
        calls.MaxMonitoredCalls = read.Whole("Calls:MaxMonitoredCalls", calls.MaxMonitoredCalls, 100, 100_000);
        calls.KeepSentEventsFor =
            read.Duration("Calls:KeepSentEventsFor", calls.KeepSentEventsFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        calls.KeepParkedEventsFor =
            read.Duration("Calls:KeepParkedEventsFor", calls.KeepParkedEventsFor, TimeSpan.FromDays(7), TimeSpan.FromDays(3650));
        calls.Quota = ReadQuota(read, "", calls.Quota);
        calls.StaffQuota = ReadQuota(read, "Staff", calls.StaffQuota);
        calls.MaxCancelledCalls = read.Whole("Calls:MaxCancelledCalls", calls.MaxCancelledCalls, 0, 1000);
        calls.CancelCooldown =
            read.Duration("Calls:CancelCooldown", calls.CancelCooldown, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        calls.ConnectionsPerUser = read.Whole(
            "Calls:ConnectionsPerUser",
            GatewaySettings.DefaultConnectionsPerUser,
            1,
            GatewaySettings.MaxConnectionsPerUser);
        calls.BlockingOverriddenBy = read.Roles("Calls:BlockingOverriddenBy");
        calls.DoNotDisturbOverriddenBy = read.Roles("Calls:DoNotDisturbOverriddenBy");
        calls.BusyPolicy = read.Choice("Calls:BusyPolicy", calls.BusyPolicy);
        calls.TokenTimeToLive = TimeSpan.FromSeconds(read.Whole(
            "AGORA_TOKEN_TTL",
            (int)calls.TokenTimeToLive.TotalSeconds,
            CredentialIssuer.MinSecondsToLive,
            CredentialIssuer.MaxSecondsToLive));
        if (calls.RingTimeout >= calls.TokenTimeToLive)
        {
            read.Refuse(
                "Calls:RingTimeout",
                $"is {calls.RingTimeout:c}, which has to be shorter than AGORA_TOKEN_TTL, here {calls.TokenTimeToLive:c}; "
                    + "a call would expire before it has rung out.");
        }

        return calls;
    }

    /// <summary>Reads how many calls a kind of user may make; 0 is no limit.</summary>
    private static CallQuota ReadQuota(SettingReader read, string prefix, CallQuota otherwise)
    {
        return new CallQuota(
            Read("MaxOpenCalls", otherwise.MaxOpen, CallQuota.LargestMaxOpen),
            Read("MaxRingingCalls", otherwise.MaxRinging, CallQuota.LargestMaxOpen),
            Read("MaxCallsPerMinute", otherwise.MaxPerMinute, CallQuota.LargestMaxPerMinute),
            Read("MaxCallsPerMinuteToUser", otherwise.MaxPerMinuteToUser, CallQuota.LargestMaxPerMinute));

        int Read(string name, int value, int max) => read.Whole($"Calls:{prefix}{name}", value, 0, max);
    }

    /// <summary>In the local demo people sign in without a token, so nobody else may be able to reach it.</summary>
    private static void CheckLocalDemo(SettingReader read, IPAddress host, IReadOnlyList<string> words)
    {
        if (!IPAddress.IsLoopback(host))
        {
            read.Refuse("HOST", "has to be 127.0.0.1 or ::1 in the local demo, which has no sign-in that other machines may see.");
        }

        if (words.Count == 0 || words.Any(word => word.Length < MinDemoWordLength))
        {
            read.Refuse("Calls:DemoWords", $"has to hold words of at least {MinDemoWordLength} characters; ./fayo up makes them up.");
        }
    }

    /// <summary>People type their password there, so it has to be a secure address, or one of this machine.</summary>
    private static string? ReadSignInUrl(SettingReader read)
    {
        const string Name = "Calls:SignInUrl";
        if (read.HttpUrl(Name) is not { } url)
        {
            return null;
        }

        if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
        {
            read.Refuse(Name, "has to be an https URL.");
        }

        if (url.OriginalString.Replace("{page}", "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'))
        {
            read.Refuse(Name, "must have no braces except in {page}, which stands for the page's own address.");
        }

        // As it was written, since {page} would be escaped.
        return url.OriginalString;
    }

    /// <summary>Reads the settings of the gateway. <see cref="GatewaySettings"/> has the defaults and the ranges.</summary>
    private static GatewaySettings ReadGateway(
        SettingReader read, CallOptions calls, MediaProvider media, bool isLocalDemo, bool hasOrleansDashboard)
    {
        var needsSecret = hasOrleansDashboard ? "Calls__OrleansDashboard" : isLocalDemo ? "the local demo" : null;
        var jwt = JwtSettings.Read(read, needsSecret);
        var gateway = new GatewaySettings
        {
            JwtSecret = jwt.Secret,
            JwtSecretPrevious = jwt.PreviousSecret,
            JwtKeysUrl = jwt.KeysUrl,
            JwtAuthority = jwt.Authority,
            JwtMaxLifetime = jwt.MaxLifetime,
            JwtIssuer = read.Text("JWT_ISSUER"),
            JwtAudience = read.Text("JWT_AUDIENCE"),
            AllowedOrigins = read.List("WS_ALLOWED_ORIGINS"),
            TrustedProxies = read.Networks(
                "Calls:TrustedProxies", [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)]),
            StaffRoles = read.Roles("Calls:StaffRoles") is { Count: > 0 } staff ? staff : GatewaySettings.DefaultStaffRoles,
            MonitorRoles = read.Roles("Calls:MonitorRoles"),
            MayCall = ReadMayCall(read),
            BlockingOverriddenBy = calls.BlockingOverriddenBy,
            DirectoryUrl = read.HttpUrl("Directory:Url"),
            Media = media,
            WebRoot = read.Text("Calls:WebRoot") ?? Path.Combine(AppContext.BaseDirectory, "web"),
            SignInUrl = ReadSignInUrl(read),
            IsLocalDemo = isLocalDemo,
            DemoWords = read.List("Calls:DemoWords"),
            HasOrleansDashboard = hasOrleansDashboard,
            RequestsPerSecond = read.Whole(
                "Calls:RequestsPerSecond", GatewaySettings.DefaultRequestsPerSecond, 1, GatewaySettings.MaxRequestsPerSecond),
            RequestBurst = read.Whole(
                "Calls:RequestBurst", GatewaySettings.DefaultRequestBurst, 1, GatewaySettings.MaxRequestBurst),
            ConnectionsPerUser = calls.ConnectionsPerUser,
            MaxConnections = read.Whole(
                "Calls:MaxConnections",
                GatewaySettings.DefaultMaxConnections,
                GatewaySettings.MinMaxConnections,
                GatewaySettings.LargestConnections),
            UnverifiedConnections = read.Whole(
                "Calls:UnverifiedConnections",
                GatewaySettings.DefaultUnverifiedConnections,
                GatewaySettings.MinUnverifiedConnections,
                GatewaySettings.LargestConnections),
            AddressRequestsPerSecond = read.Whole(
                "Calls:AddressRequestsPerSecond",
                GatewaySettings.DefaultAddressRequestsPerSecond,
                1,
                GatewaySettings.MaxRequestsPerSecond),
            AddressRequestBurst = read.Whole(
                "Calls:AddressRequestBurst", GatewaySettings.DefaultAddressRequestBurst, 1, GatewaySettings.MaxRequestBurst),
            SendTimeout = read.Duration(
                "Calls:SendTimeout", GatewaySettings.DefaultSendTimeout, GatewaySettings.MinSendTimeout, GatewaySettings.MaxSendTimeout),
            TokenGrace = read.Duration(
                "Calls:TokenGrace", GatewaySettings.DefaultTokenGrace, TimeSpan.Zero, GatewaySettings.MaxTokenGrace),
            MetadataLimit = read.Whole(
                "Calls:MetadataLimit", GatewaySettings.DefaultMetadataLimit, 0, GatewaySettings.MaxMetadataLimit),
        };
        foreach (var (name, roles) in new[] { ("Calls:StaffRoles", gateway.StaffRoles), ("Calls:MonitorRoles", gateway.MonitorRoles) })
        {
            if (roles.Any(role => role.Length > GatewaySettings.MaxRoleLength))
            {
                read.Refuse(name, $"names a role of more than {GatewaySettings.MaxRoleLength} characters.");
            }
        }

        if (gateway.DirectoryUrl is { Fragment.Length: > 0 })
        {
            read.Refuse("Directory:Url", "must have no fragment: nothing is sent of it.");
        }

        if (gateway.FindBadOrigin() is { } origin)
        {
            read.Refuse("WS_ALLOWED_ORIGINS", GatewaySettings.DescribeBadOrigin(origin));
        }

        return gateway;
    }

    private static CallMatrix ReadMayCall(SettingReader read)
    {
        const string Name = "Calls:MayCall";
        if (read.Text(Name) is not { } text)
        {
            return CallMatrix.Everybody;
        }

        var rules = CallMatrix.Parse(text, out var problem);
        if (problem is not null)
        {
            read.Refuse(Name, problem);
        }

        return rules ?? CallMatrix.Everybody;
    }
}
