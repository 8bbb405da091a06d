using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Push.Addresses;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Grains.WarmUp;
using Fayo.Calls.Storage.Audit;
using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.Calls;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Events;
using Fayo.Calls.Storage.Migrations;
using Fayo.Calls.Storage.Monitor;
using Fayo.Calls.Storage.Pages;
using Fayo.Calls.Storage.People;
using Fayo.Calls.Storage.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Fayo.Calls.Storage;

/// <summary>Registers everything that stores and reads calls and users.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Adds the database's connections (<see cref="Npgsql.NpgsqlDataSource"/>), the storage of calls, what reads over many of
    /// them, the migrations and the probe. The host runs <see cref="DatabaseMigrator.MigrateAsync"/> before it starts the silo.
    /// For each <see cref="EventSubscription"/> that the host adds, events are written into the outbox.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="settings">Where the database is.</param>
    /// <param name="audit">How the audit is kept.</param>
    public static IServiceCollection AddCallStorage(
        this IServiceCollection services, DatabaseSettings settings, AuditSettings? audit = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => settings.CreateDataSource());
        services.AddSingleton<DatabaseShares>();
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<IDatabaseProbe, DatabaseProbe>();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<IOutbox, Outbox>();
        services.AddSingleton<IParkedEvents, ParkedEvents>();
        services.AddSingleton<CommitMetrics>();
        services.AddSingleton<CallWriter>();
        services.AddSingleton<IWriterHealth>(provider => provider.GetRequiredService<CallWriter>());
        services.AddSingleton<ICallWriteWarmUp>(provider => provider.GetRequiredService<CallWriter>());
        services.AddSingleton<ICallStore, CallStore>();
        services.AddSingleton<ICallReader, CallReader>();
        services.AddSingleton<CallCounter>();
        services.AddSingleton<IMonitorReader, MonitorReader>();
        services.AddSingleton<IUserReader, UserReader>();
        services.AddSingleton<UserSearchFiller>();
        services.AddHostedService(provider => provider.GetRequiredService<UserSearchFiller>());
        services.AddSingleton<IBlockList, BlockList>();
        services.AddSingleton<IDoNotDisturb, DoNotDisturb>();
        services.AddSingleton<IUserReachability, UserReachabilityStore>();
        services.AddSingleton<IPushAddresses, PushAddresses>();
        services.AddSingleton<IPageAssets, PageAssets>();
        services.AddSingleton<IOverdueCalls, OverdueCalls>();
        services.AddSingleton<IHistoryRetention, HistoryRetention>();
        services.AddSingleton(audit ?? new AuditSettings());
        services.AddSingleton<AuditWriter>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IAuditReader, AuditReader>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton(provider => new CommandAudit(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<AuditSettings>(),
            provider.GetRequiredService<AuditWriter>()));
        services.AddSingleton<IPersonalData, PersonalData>();
        return services;
    }
}
