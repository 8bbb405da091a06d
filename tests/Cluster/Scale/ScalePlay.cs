using Fayo.Calls.Grains.Directory;
using Fayo.Calls.Tests.Cluster.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>
/// Plays what users do, as clients and load balancer spread it: connections lie on all silos alike, caller and callee of a call on
/// different ones, and every request of REST arrives at any silo.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="meter">Counts what it costs.</param>
/// <param name="random">Chooses the silos.</param>
public sealed class ScalePlay(CallCluster cluster, CostMeter meter, Random random)
{
    /// <summary>How many users there are on a page: few, since all silos are asked where there are no more silos than users.</summary>
    public const int PageSize = 5;

    private const int Pairs = 48;
    private const int Pages = 48;

    private static readonly IReadOnlyList<string> UserIdOfEachPartition =
    [
        .. Enumerable.Range(0, int.MaxValue)
            .Select(number => $"nobody-{number}")
            .DistinctBy(ConnectionPartitions.Of)
            .Take(ConnectionPartitions.Count),
    ];

    private InProcessSiloHandle AnySilo => cluster.Silos[random.Next(cluster.Silos.Count)];

    /// <summary>Plays everything.</summary>
    /// <returns>What each activity costs on average.</returns>
    public async Task<IReadOnlyDictionary<ScaleActivity, Cost>> PlayAsync()
    {
        var pairs = CreatePairs();
        var users = UsersOf(pairs);
        // Others for cold calls, since silos remember where the grains of the first ones were.
        var others = CreatePairs();
        var costs = new Dictionary<ScaleActivity, Cost>
        {
            [ScaleActivity.Connect] = await MeasureAsync([.. users, .. UsersOf(others)], ConnectAsync),
            [ScaleActivity.WarmCall] = await MeasureAsync(pairs, CallAsync),
            [ScaleActivity.AbsenceCheck] = await MeasureAsync(users, CheckAbsenceAsync),
            [ScaleActivity.PresencePage] = await MeasureAsync(
                [.. Enumerable.Range(0, Pages).Select(_ => random.GetItems(users, PageSize))], ReadPresenceAsync),
        };

        await DeactivateAsync([.. users, .. UsersOf(others)]);
        costs[ScaleActivity.ColdCall] = await MeasureAsync(others, CallAsync);
        costs[ScaleActivity.Disconnect] = await MeasureAsync(users, DisconnectAsync);
        return costs;
    }

    private static IGrainFactory GrainsOf(InProcessSiloHandle silo) => CallCluster.GrainsOf(silo);

    private static IConnectionReporter ReporterOf(InProcessSiloHandle silo) =>
        silo.ServiceProvider.GetRequiredService<IConnectionReporter>();

    private async Task<Cost> MeasureAsync<TCase>(IReadOnlyList<TCase> cases, Func<TCase, Task> play)
    {
        await ReportAllAsync();
        var total = await meter.MeasureAsync(async () =>
        {
            foreach (var one in cases)
            {
                await play(one);
            }
        });
        return total / cases.Count;
    }

    /// <summary>
    /// Has every silo report to every partition of the directory, as it does by itself every half a minute where the test has not ended
    /// that.
    /// </summary>
    private Task ReportAllAsync() => Task.WhenAll(
        cluster.Silos.SelectMany(silo => UserIdOfEachPartition.Select(ReporterOf(silo).ReportAsync)));

    private static User[] UsersOf(IEnumerable<(User Caller, User Callee)> pairs) =>
        [.. pairs.SelectMany(pair => new[] { pair.Caller, pair.Callee })];

    private List<(User Caller, User Callee)> CreatePairs() => [.. Enumerable.Range(0, Pairs).Select(CreatePair)];

    private (User Caller, User Callee) CreatePair(int index)
    {
        var silos = cluster.Silos;
        var first = index % silos.Count;
        // Another one, where there is another, and every pair of silos as often as any other.
        var second = silos.Count == 1 ? 0 : (first + 1 + (index / silos.Count % (silos.Count - 1))) % silos.Count;
        return (new User(silos[first]), new User(silos[second]));
    }

    private Task DeactivateAsync(IEnumerable<User> users) =>
        Task.WhenAll(users.Select(user => cluster.DeactivateAsync(GrainsOf(user.Silo).GetUser(user.Id))));

    /// <summary>As the gateway of the user's silo does when the first connection opens.</summary>
    private static async Task ConnectAsync(User user)
    {
        user.Connection = CallCluster.GatewayOf(user.Silo).Open(user.Id, "phone");
        await ReporterOf(user.Silo).ReportAsync(user.Id);
        await GrainsOf(user.Silo).GetUser(user.Id).Connect(user.Connection);
    }

    /// <summary>As the gateway of the user's silo does when the last connection closes.</summary>
    private static async Task DisconnectAsync(User user)
    {
        CallCluster.GatewayOf(user.Silo).Close(user.Id);
        await GrainsOf(user.Silo).GetUser(user.Id).Lose(user.Connection!.ConnectionId);
        await ReporterOf(user.Silo).ReportAsync(user.Id);
    }

    private async Task CallAsync((User Caller, User Callee) pair)
    {
        var (caller, callee) = (new Caller(pair.Caller.Id), new Caller(pair.Callee.Id));
        var callId = CallIds.New(DateTimeOffset.UtcNow);
        Succeed(await At(AnySilo).Create(new CreateCall(caller, callee.UserId, CallType.Video, ChannelName: null, Metadata: null)));
        await UntilToldAsync(pair.Callee, callId, CallStatus.Pending);
        Succeed(await At(pair.Callee.Silo).Acknowledge(new AcknowledgeInvitation(callee, "phone")));
        Succeed(await At(AnySilo).RequestToken(new RequestToken(callee, CredentialRole.Host, "phone")));
        Succeed(await At(AnySilo).SetStatus(new SetStatus(callee, CallStatus.Active, Remark: null, "phone")));
        Succeed(await At(AnySilo).SetStatus(new SetStatus(caller, CallStatus.Completed, Remark: null, DeviceId: null)));
        await UntilToldAsync(pair.Callee, callId, CallStatus.Completed);
        await UntilToldAsync(pair.Caller, callId, CallStatus.Completed);

        ICallSessionGrain At(InProcessSiloHandle silo) => GrainsOf(silo).GetCall(callId);
    }

    private async Task CheckAbsenceAsync(User user) => Assert.Null(await GrainsOf(AnySilo).GetUser(user.Id).ReadAbsence());

    private async Task ReadPresenceAsync(IReadOnlyList<User> users)
    {
        var asked = AnySilo.ServiceProvider;
        var ids = users.Select(user => user.Id).Distinct(StringComparer.Ordinal).ToList();
        var found = await asked.GetRequiredService<IPresence>().ReadDevicesAsync(ids);
        Assert.True(
            found.Count == ids.Count,
            $"Of {cluster.Silos.Count} silos, {asked.GetRequiredService<ILocalSiloDetails>().SiloAddress} does not know of connections at "
            + string.Join(", ", users.Where(user => !found.ContainsKey(user.Id)).Select(user => user.Silo.SiloAddress)));
    }

    private static void Succeed(CallResult result) => Assert.Equal(CallResultCode.Ok, result.Code);

    private static Task UntilToldAsync(User user, string callId, CallStatus status) => Eventually.IsTrueAsync(
        () => CallCluster.GatewayOf(user.Silo).MessagesFor(user.Id)
            .Any(message => message.Session.Id == callId && message.Session.Status == status),
        $"{user.Id} was not told that {callId} is {status}.",
        pause: TimeSpan.FromMilliseconds(1));

    private sealed class User(InProcessSiloHandle silo)
    {
        public string Id { get; } = $"user-{Guid.NewGuid():N}";

        public InProcessSiloHandle Silo => silo;

        public UserConnection? Connection { get; set; }
    }
}
