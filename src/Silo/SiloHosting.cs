using Fayo.Calls.Grains;
using Fayo.Calls.Silo.Network;
using Fayo.Calls.Silo.Settings;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace Fayo.Calls.Silo;

/// <summary>Composes the silo: clustering, persistence, reminders, grains.</summary>
internal static class SiloHosting
{
    private const string Invariant = "Npgsql";

    /// <summary>For how many grains a silo remembers on which silo they are. It looks others up again.</summary>
    private const int KnownGrains = 65_536;

    public static void AddSilo(this WebApplicationBuilder builder, SiloSettings settings) => builder.UseOrleans(silo =>
    {
        var database = settings.Database.OrleansConnectionString;
        var cluster = settings.Cluster;
        if (cluster.Clustering == Clustering.Localhost)
        {
            silo.UseLocalhostClustering(
                cluster.SiloPort, cluster.GatewayPort, primarySiloEndpoint: null, cluster.ServiceId, cluster.ClusterId);
        }
        else
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = Invariant;
                options.ConnectionString = database;
            });
            silo.ConfigureEndpoints(
                cluster.Address,
                cluster.SiloPort,
                cluster.GatewayPort,
                listenOnAnyHostAddress: !System.Net.IPAddress.IsLoopback(cluster.Address));
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
            silo.Configure<ClusterMembershipOptions>(NoticeDeathInSeconds);
        }

        silo.Configure<SiloOptions>(options => options.SiloName = Environment.MachineName);
        if (cluster.TlsFolder is { } folder)
        {
            silo.UseSiloTls(folder);
        }

        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = database;
        });
        silo.AddAdoNetGrainStorage(GrainsRegistration.UserStorageName, options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = database;
        });
        // Orleans allocates the whole cache in advance, by default for a million grains, which costs memory even with few users.
        silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = KnownGrains);
        silo.AddCallGrains(settings.Calls, settings.Media.CreateCredentialSource());
        if (settings.Telemetry.OtlpEndpoint is not null)
        {
            // So that what a grain does belongs to the trace of the request that called it, on whichever silo.
            silo.AddActivityPropagation();
        }

        if (settings.HasOrleansDashboard)
        {
            // Its live log would show more than staff need.
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        }
    });

    /// <summary>
    /// Orleans' defaults are too slow: a host that vanished is declared dead after a minute; a cluster of which all silos were
    /// killed, and which starts at new addresses, waits one and a half minutes for the old silos; and a silo that was declared
    /// dead notices that within a minute.
    /// </summary>
    private static void NoticeDeathInSeconds(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(3);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(5);
        membership.NumMissedProbesLimit = 3;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedTableIAmAliveLimit = 3;
    }
}
