using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Storage.Calls;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations;
using Fayo.Calls.Storage.Monitor;
using Fayo.Calls.Storage.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fayo.Calls.Storage;

/// <summary>Registers everything that stores and reads calls and users.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Adds the database's connections (<see cref="Npgsql.NpgsqlDataSource"/>), the storage of calls, what reads over many of
    /// them, the migrations and the probe. The host runs <see cref="DatabaseMigrator.MigrateAsync"/> before it starts the silo.
    /// </summary>
    public static IServiceCollection AddCallStorage(this IServiceCollection services, DatabaseSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => settings.CreateDataSource());
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<IDatabaseProbe, DatabaseProbe>();
        services.AddSingleton<CommitMetrics>();
        services.AddSingleton<CallWriter>();
        services.AddSingleton<ICallStore, CallStore>();
        services.AddSingleton<ICallReader, CallReader>();
        services.AddSingleton<CallCounter>();
        services.AddSingleton<IMonitorReader, MonitorReader>();
        services.AddSingleton<IUserReader, UserReader>();
        services.AddSingleton<IOverdueCalls, OverdueCalls>();
        services.AddSingleton<IHistoryRetention, HistoryRetention>();
        return services;
    }
}
