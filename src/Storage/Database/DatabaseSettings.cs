using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>Where the database is and how to connect to it, read from the setting <c>DATABASE_URL</c>.</summary>
public sealed class DatabaseSettings
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "DATABASE_URL";

    /// <summary>The schema of all tables where the URL names none.</summary>
    public const string DefaultSchema = "call";

    // Sequential scans are disabled: plans are cached, and a plan that was made while a table was small would otherwise still read all
    // of the table when it is large. Just-in-time compilation costs more than any query here.
    // A silo that stops answering in the middle of a transaction would keep its locks from all other silos: the server ends the session.
    private const string SessionOptions = "-c jit=off -c enable_seqscan=off -c idle_in_transaction_session_timeout=10s";

    private const int OrleansConnections = 4;

    private const int WriterBufferBytes = 64 * 1024;

    private const int OrleansSessionSeconds = 30;

    /// <summary>How long connections may take to open that no request waits for, seconds.</summary>
    private const int UnhurriedConnectTimeout = 15;

    private readonly NpgsqlConnectionStringBuilder _connection;

    private DatabaseSettings(NpgsqlConnectionStringBuilder connection, string schema)
    {
        _connection = connection;
        Schema = schema;
    }

    /// <summary>The largest number of connections of the pool, where no setting says otherwise.</summary>
    public const int DefaultConnections = 8;

    /// <summary>The smallest pool: with fewer, requests would wait for each other.</summary>
    public const int MinConnections = 4;

    /// <summary>The largest number of connections of the pool.</summary>
    public int MaxConnections => _connection.MaxPoolSize;

    /// <summary>The connection string for Npgsql. Holds the password: never logged.</summary>
    public string ConnectionString => _connection.ConnectionString;

    /// <summary>
    /// The connection string for Orleans' own providers (membership, reminders, users' state): a small pool of its own, since
    /// those ask seldom. Holds the password: never logged.
    /// </summary>
    public string OrleansConnectionString => new NpgsqlConnectionStringBuilder(ConnectionString)
    {
        MaxPoolSize = OrleansConnections,
        // Nobody's request waits for these; a silo that starts on a busy machine must not fail over a slow connection.
        Timeout = UnhurriedConnectTimeout,
        ApplicationName = _connection.ApplicationName + " orleans",
        // Nobody sees what goes wrong on these: a session that has gone bad is not used for longer than this, in seconds, and prepares
        // nothing that a change of the tables could break.
        ConnectionLifetime = OrleansSessionSeconds,
        MaxAutoPrepare = 0,
    }.ConnectionString;

    /// <summary>The schema of all tables; it is the whole search path of every connection.</summary>
    public string Schema { get; }

    /// <summary>Parses a URL: <c>postgresql://user:password@host:port/database?schema=call</c>.</summary>
    /// <remarks>
    /// Accepts the parameters of libpq's and of Prisma's connection URIs that matter here, and ignores those that configure another
    /// program's connection pool.
    /// </remarks>
    /// <exception cref="FormatException">
    /// The URL cannot be used. The message names the setting and what is wrong, and repeats nothing that may be a password.
    /// </exception>
    /// <param name="url">The URL.</param>
    /// <param name="connections">
    /// The largest number of connections of the pool; null takes what the URL says, or <see cref="DefaultConnections"/>.
    /// </param>
    public static DatabaseSettings Parse(string? url, int? connections = null) => Create(DatabaseUrl.Parse(url), connections);

    /// <summary>Where the database is, without any secret.</summary>
    public override string ToString() =>
        $"database {_connection.Database} at {_connection.Host}:{_connection.Port}, schema {Schema}";

    /// <summary>
    /// The connections for everything but the writer of calls. They keep no session state, so that nothing has to be reset.
    /// </summary>
    internal NpgsqlDataSource CreateDataSource()
    {
        // A session whose statement takes too long is dropped. Asking the server to cancel it would block a thread, for as long as
        // a server that stands still does not answer.
        var connection = new NpgsqlConnectionStringBuilder(ConnectionString) { CancellationTimeout = -1 };
        // The name is what metrics show of the pool; without one that is the connection string.
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = _connection.ApplicationName };
        DatabaseSessions? sessions = null;
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            async connection =>
            {
                // The moment may be over before anybody asks again, but the session stays as it is.
                await using var command = new NpgsqlCommand("SELECT current_setting('transaction_read_only')", connection);
                if (await command.ExecuteScalarAsync() is not "off")
                {
                    sessions!.Suspect();
                }
            });
        var database = builder.Build();
        sessions = DatabaseSessions.Watch(this, database);
        return database;
    }

    /// <summary>The one connection of the writer of calls; it does not come from the pool and is never waited for.</summary>
    internal NpgsqlConnection CreateWriterConnection()
    {
        // The writer's statement is planned once per connection, not once per batch, because planning costs more than running it. The
        // plan may be made while the table is empty and must still be good when the table is large. So the planner is not allowed to
        // choose by size: rows are found by their key, in the order of an index where one is asked for, and joined by
        // hash tables. (If it may sort, it takes an index that has nothing to do with the question, because that is empty at the moment.)
        return new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 0,
            ApplicationName = _connection.ApplicationName + " writer",
            // A batch of a busy silo in one piece: the default, 8 KiB, holds about eight calls.
            WriteBufferSize = WriterBufferBytes,
            Options = $"{_connection.Options} -c plan_cache_mode=force_generic_plan"
                + " -c enable_nestloop=off -c enable_mergejoin=off -c enable_sort=off",
        }.ConnectionString);
    }

    /// <summary>A connection of its own for the migrations, without limits of time.</summary>
    internal NpgsqlConnection CreateMigrationConnection() =>
        new(new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 0,
            Timeout = UnhurriedConnectTimeout,
            CommandTimeout = 0,
            Options = _connection.Options + " -c idle_in_transaction_session_timeout=0",
            ApplicationName = _connection.ApplicationName + " migrations",
        }.ConnectionString);

    private static DatabaseSettings Create(DatabaseUrl url, int? connections)
    {
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Username = url.User,
            Password = url.Password,
            Database = url.Database,
            ApplicationName = "fayo-calls",
            Timeout = 2,
            CommandTimeout = 10,
            MaxPoolSize = DefaultConnections,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 30,
            TcpKeepAliveInterval = 5,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Options = SessionOptions,
        };
        var schema = DefaultSchema;
        var checksCertificate = false;
        foreach (var (name, value) in url.Parameters)
        {
            switch (name)
            {
                case "schema":
                    schema = DatabaseUrl.Identifier(name, value);
                    break;
                case "host":
                    connection.Host = value;
                    break;
                case "application_name":
                    connection.ApplicationName = value;
                    break;
                case "options":
                    connection.Options = $"{SessionOptions} {value}";
                    break;
                case "connect_timeout":
                    // To other programs zero means "no limit"; here the default limit stays.
                    connection.Timeout = DatabaseUrl.Number(name, value, 0, 60) is > 0 and var seconds ? seconds : connection.Timeout;
                    break;
                case "connection_limit":
                    // With fewer than four connections requests would wait for each other.
                    connection.MaxPoolSize = Math.Max(4, DatabaseUrl.Number(name, value, 1, 1000));
                    break;
                case "sslmode":
                    connection.SslMode = DatabaseUrl.OneOf(name, value, SslModes);
                    break;
                case "sslaccept":
                    checksCertificate = DatabaseUrl.OneOf(name, value, CertificateChecks);
                    break;
                case "sslrootcert":
                    connection.RootCertificate = value;
                    break;
                case "sslcert":
                    connection.SslCertificate = value;
                    break;
                case "sslkey":
                    connection.SslKey = value;
                    break;
                case "sslpassword":
                    connection.SslPassword = value;
                    break;
                case "channel_binding":
                    connection.ChannelBinding = DatabaseUrl.OneOf(name, value, ChannelBindings);
                    break;
                case "gssencmode":
                    connection.GssEncryptionMode = DatabaseUrl.OneOf(name, value, GssModes);
                    break;
                case "pgbouncer":
                    if (DatabaseUrl.OneOf(name, value, Truths))
                    {
                        throw DatabaseUrl.Wrong("pgbouncer=true cannot be served: connect to PostgreSQL itself, not through a pooler");
                    }

                    break;
                case "pool_timeout" or "socket_timeout" or "statement_cache_size"
                    or "max_connection_lifetime" or "max_idle_connection_lifetime":
                    break;
                default:
                    throw DatabaseUrl.Unknown(name);
            }
        }

        connection.SslMode = SslModeOf(connection, checksCertificate);
        connection.SearchPath = schema;
        connection.MaxPoolSize = connections ?? connection.MaxPoolSize;
        return new DatabaseSettings(connection, schema);
    }

    /// <summary>What the parameters mean together, in whatever order the URL has them.</summary>
    /// <remarks>
    /// With a root certificate, libpq's <c>require</c> checks the certificate too:
    /// https://www.postgresql.org/docs/15/libpq-ssl.html.
    /// </remarks>
    private static SslMode SslModeOf(NpgsqlConnectionStringBuilder connection, bool checksCertificate) => connection.SslMode switch
    {
        SslMode.Disable when checksCertificate => throw DatabaseUrl.Wrong("sslmode=disable and sslaccept=strict contradict each other"),
        SslMode.Require when connection.RootCertificate is not null && !checksCertificate => SslMode.VerifyCA,
        var mode => checksCertificate ? SslMode.VerifyFull : mode,
    };

    private static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    private static readonly Dictionary<string, bool> CertificateChecks = new(StringComparer.Ordinal)
    {
        ["strict"] = true,
        ["accept_invalid_certs"] = false,
    };

    private static readonly Dictionary<string, ChannelBinding> ChannelBindings = new(StringComparer.Ordinal)
    {
        ["disable"] = ChannelBinding.Disable,
        ["prefer"] = ChannelBinding.Prefer,
        ["require"] = ChannelBinding.Require,
    };

    private static readonly Dictionary<string, GssEncryptionMode> GssModes = new(StringComparer.Ordinal)
    {
        ["disable"] = GssEncryptionMode.Disable,
        ["prefer"] = GssEncryptionMode.Prefer,
        ["require"] = GssEncryptionMode.Require,
    };

    private static readonly Dictionary<string, bool> Truths = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };
}
