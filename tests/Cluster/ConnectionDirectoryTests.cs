using Fayo.Calls.Grains.Directory;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>A user's connections are found without asking every silo, and nobody is missed while that is not possible.</summary>
public sealed class ConnectionDirectoryTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");
    private volatile bool _isDirectorySilent;

    [Fact]
    public async Task Only_the_silo_where_a_user_is_connected_is_asked_and_none_after_the_user_has_left()
    {
        await using var cluster = await StartAsync(silos: 4);
        var partition = cluster.Grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient));
        // The silos have reported.
        await UntilFoundAsync(partition, _patient);
        await cluster.ConnectAsync(cluster.Silos[2], _patient, "phone");
        Assert.Equal([cluster.Silos[2].SiloAddress], await partition.Find([_patient]));
        await cluster.DeactivateAsync(cluster.Grains.GetUser(_patient));

        await cluster.CallAsync(_caller, _patient);
        await UntilInvitedAsync(cluster.Silos[2], _patient);
        Assert.Null(await cluster.Grains.GetUser(_patient).ReadAbsence());
        Assert.All(
            cluster.Silos.Where(silo => silo != cluster.Silos[2]),
            silo => Assert.Equal(0, CallCluster.GatewayOf(silo).TimesAskedFor(_patient)));

        await cluster.DisconnectAsync(cluster.Silos[2], _patient);
        await UntilFoundAsync(partition, _patient);
        Assert.NotNull(await cluster.Grains.GetUser(_patient).ReadAbsence());
    }

    [Fact]
    public async Task A_partition_that_lost_its_memory_names_silos_too_many_and_then_learns_again()
    {
        await using var cluster = await StartAsync(silos: 3);
        var partition = cluster.Grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient));
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        await UntilFoundAsync(partition, _patient, cluster.Silos[1]);

        await cluster.DeactivateAsync(partition);
        Assert.Contains(cluster.Silos[1].SiloAddress, await partition.Find([_patient]));
        await cluster.DeactivateAsync(cluster.Grains.GetUser(_patient));
        await cluster.CallAsync(_caller, _patient);
        await UntilInvitedAsync(cluster.Silos[1], _patient);

        await UntilFoundAsync(partition, _patient, cluster.Silos[1]);
    }

    [Fact]
    public async Task A_user_is_rung_when_the_silo_of_the_partition_was_killed()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 3, configure: CallCluster.NoticeLossSoon);
        var partition = cluster.Grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient));
        await partition.Find([_patient]);
        var lost = cluster.SiloOf(partition);
        var remaining = cluster.Silos.Where(silo => silo != lost).ToList();
        await cluster.ConnectAsync(remaining[0], _patient, "phone");

        await cluster.KillAsync(lost);

        var grains = CallCluster.GrainsOf(remaining[1]);
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await grains.GetUser(_patient).Notify(await InvitationAsync(grains));
                    return CallCluster.GatewayOf(remaining[0]).MessagesFor(_patient).Count > 0;
                }
                catch (Exception e) when (e is OrleansException or TimeoutException)
                {
                    return false;
                }
            },
            "The user was not rung",
            TimeSpan.FromSeconds(60));
        await UntilFoundAsync(grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient)), _patient, remaining[0]);
    }

    [Fact]
    public async Task A_user_connects_and_is_rung_while_the_directory_does_not_answer()
    {
        await using var cluster = await StartAsync(silos: 3);
        _isDirectorySilent = true;
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        await cluster.DeactivateAsync(cluster.Grains.GetUser(_patient));

        await cluster.CallAsync(_caller, _patient);

        await UntilInvitedAsync(cluster.Silos[1], _patient);
        _isDirectorySilent = false;
        await UntilFoundAsync(
            cluster.Grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient)), _patient, cluster.Silos[1]);
    }

    [Fact]
    public async Task A_user_who_came_back_is_found_when_the_report_that_they_left_arrives_late()
    {
        using var mayGo = new SemaphoreSlim(0);
        using var hasArrived = new SemaphoreSlim(0);
        var isFirst = true;
        await using var cluster = await CallCluster.StartAsync(
            database.Settings, silos: 1, configure: silo => silo.AddOutgoingGrainCallFilter(async context =>
            {
                if (context.MethodName != nameof(IConnectionDirectoryGrain.Report)
                    || context.Request.GetArgument(0) is not ConnectionReport report
                    || !report.Left.Contains(_patient)
                    || !Interlocked.Exchange(ref isFirst, false))
                {
                    await context.Invoke();
                    return;
                }

                await mayGo.WaitAsync();
                await context.Invoke();
                hasArrived.Release();
            }));
        var silo = cluster.Silos[0];
        var partition = cluster.Grains.GetConnectionDirectory(ConnectionPartitions.Of(_patient));
        await cluster.ConnectAsync(silo, _patient, "phone");
        await UntilFoundAsync(partition, _patient, silo);

        // The first report is on its way for too long, and made again.
        await cluster.DisconnectAsync(silo, _patient);
        await UntilFoundAsync(partition, _patient);
        await cluster.ConnectAsync(silo, _patient, "phone");
        await UntilFoundAsync(partition, _patient, silo);
        mayGo.Release();
        await hasArrived.WaitAsync();

        Assert.Equal([silo.SiloAddress], await partition.Find([_patient]));
    }

    private static Task UntilInvitedAsync(InProcessSiloHandle silo, string userId) => Eventually.IsTrueAsync(
        () => CallCluster.GatewayOf(silo).MessagesFor(userId).Any(message => message.Kind == UserMessageKind.Invitation),
        $"{userId} was not invited at {silo.Name}");

    private static Task UntilFoundAsync(IConnectionDirectoryGrain partition, string userId, params InProcessSiloHandle[] silos) =>
        Eventually.IsTrueAsync(
            async () => (await partition.Find([userId])).ToHashSet().SetEquals(silos.Select(silo => silo.SiloAddress)),
            $"{userId} was not found at {string.Join(", ", silos.Select(silo => silo.Name))}",
            TimeSpan.FromSeconds(60));

    private async Task<UserMessage> InvitationAsync(IGrainFactory grains)
    {
        var created = await grains.GetCall(CallIds.New(DateTimeOffset.UtcNow))
            .Create(new CreateCall(new Caller(_caller), _patient, CallType.Video, ChannelName: null, Metadata: null));
        return new UserMessage(UserMessageKind.Invitation, created.Session!);
    }

    private Task<CallCluster> StartAsync(int silos) => CallCluster.StartAsync(
        database.Settings, silos, configure: silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            while (_isDirectorySilent && context.InterfaceMethod.DeclaringType == typeof(IConnectionDirectoryGrain))
            {
                await Task.Delay(20);
            }

            await context.Invoke();
        }));
}
