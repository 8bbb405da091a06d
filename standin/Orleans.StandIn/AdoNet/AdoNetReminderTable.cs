using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.AdoNet;

/// <summary>Reminders in the table that Orleans' ADO.NET provider uses; each reads what the other wrote.</summary>
internal sealed class AdoNetReminderTable(IOptions<AdoNetReminderTableOptions> options, IOptions<ClusterOptions> cluster)
{
    private readonly StoredQueries _queries = new(options.Value);

    public Task LoadAsync(CancellationToken cancellationToken) =>
        _queries.LoadAsync(cancellationToken, "ReadRangeRows2Key", "UpsertReminderRowKey", "DeleteReminderRowKey");

    /// <summary>All reminders of the service: the range from 0 around the ring to 0.</summary>
    public Task<List<Reminder>> ReadAllAsync(CancellationToken cancellationToken) => _queries.ReadAsync(
        "ReadRangeRows2Key",
        [ServiceId(), new NpgsqlParameter<int>("BeginHash", 0), new NpgsqlParameter<int>("EndHash", 0)],
        row => new Reminder(
            GrainId.Parse((string)row["GrainId"]),
            (string)row["ReminderName"],
            DateTime.SpecifyKind((DateTime)row["StartTime"], DateTimeKind.Utc),
            TimeSpan.FromMilliseconds((long)row["Period"]),
            (int)row["Version"]),
        cancellationToken);

    /// <summary>Writes the reminder and returns it with its new version.</summary>
    public async Task<Reminder> UpsertAsync(Reminder reminder)
    {
        var versions = await _queries.ReadAsync(
            "UpsertReminderRowKey",
            [
                .. Key(reminder),
                new NpgsqlParameter<DateTime>("StartTime", reminder.StartAt),
                new NpgsqlParameter<long>("Period", (long)reminder.Period.TotalMilliseconds),
                new NpgsqlParameter<int>("GrainHash", unchecked((int)reminder.GrainId.GetUniformHashCode())),
            ],
            row => (int)row["Version"]);
        return reminder with { Version = versions[0] };
    }

    /// <summary>Deletes the reminder; false when it is gone or has another version.</summary>
    public async Task<bool> DeleteAsync(Reminder reminder)
    {
        var deleted = await _queries.ReadAsync(
            "DeleteReminderRowKey",
            [.. Key(reminder), new NpgsqlParameter<int>("Version", reminder.Version)],
            row => Convert.ToBoolean(row[0], CultureInfo.InvariantCulture));
        return deleted[0];
    }

    private NpgsqlParameter[] Key(Reminder reminder) =>
    [
        ServiceId(),
        new NpgsqlParameter<string>("GrainId", reminder.GrainId.ToString()),
        new NpgsqlParameter<string>("ReminderName", reminder.Name),
    ];

    private NpgsqlParameter<string> ServiceId() => new NpgsqlParameter<string>("ServiceId", cluster.Value.ServiceId);
}
