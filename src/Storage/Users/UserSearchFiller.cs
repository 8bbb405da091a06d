using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Fayo.Calls.Storage.Users;

/// <summary>
/// Makes users findable who were on record before there was a search, or before its rules changed, once after each start. In small steps
/// with pauses, so that no row is locked for long and calls have the database first. Silos that do it at the same time do not hurt each
/// other.
/// </summary>
internal sealed partial class UserSearchFiller(
    NpgsqlDataSource database, TimeProvider time, ILogger<UserSearchFiller> logger) : BackgroundService
{
    private const int BatchSize = 500;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>Adds all users who are missing, and renews the rows that are made by old rules.</summary>
    /// <param name="pause">After each step that wrote rows.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<int> FillAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var total = 0;
        for (var last = ""; ;)
        {
            var (reached, added) = await database.QueryAsync(
                UserSearch.FillSql,
                parameters =>
                {
                    parameters.Add(new NpgsqlParameter<string> { TypedValue = last });
                    parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
                },
                async rows =>
                {
                    await rows.ReadAsync(CancellationToken.None);
                    return (await rows.IsDBNullAsync(0, CancellationToken.None) ? null : rows.GetString(0), rows.GetInt32(1));
                },
                cancellationToken);
            total += added;
            if (reached is null)
            {
                return total;
            }

            last = reached;
            if (added > 0 && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var added = await FillAsync(TimeSpan.FromMilliseconds(50), stoppingToken);
                if (added > 0)
                {
                    LogFilled(added);
                }

                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotFilled((e as PostgresException)?.SqlState ?? e.GetType().Name);
                await Task.Delay(RetryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} users who were on record before can be searched for now, or better than before.")]
    private partial void LogFilled(int count);

    [LoggerMessage(LogLevel.Warning, "Users who were on record before cannot be searched for yet ({Reason}); it is tried again.")]
    private partial void LogNotFilled(string reason);
}
