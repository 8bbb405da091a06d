using Fayo.Calls.Grains.Directory;

namespace Fayo.Calls.Scale.Model;

/// <summary>What the service does for users and calls, each step as the calls of grains that it consists of.</summary>
internal sealed class ServiceModel
{
    /// <summary>The silo of a user who has no connection.</summary>
    public const int Nowhere = -1;

    private readonly SimulatedCluster _cluster;
    private readonly int[] _connectedAt;
    private readonly byte[] _partitions;

    /// <param name="cluster">The cluster.</param>
    /// <param name="maxSilos">How many silos there may be.</param>
    /// <param name="users">How many users there are.</param>
    public ServiceModel(SimulatedCluster cluster, int maxSilos, int users)
    {
        _cluster = cluster;
        Directory = new ConnectionDirectory(cluster, maxSilos);
        _connectedAt = new int[users];
        Array.Fill(_connectedAt, Nowhere);
        _partitions = new byte[users];
        for (var user = 0; user < users; user++)
        {
            _partitions[user] = (byte)ConnectionPartitions.Of(GrainKey.UserIdOf(user));
        }
    }

    /// <summary>The directory of connections.</summary>
    public ConnectionDirectory Directory { get; }

    /// <summary>The silo of a user's connection.</summary>
    public int SiloOf(int user) => _connectedAt[user];

    /// <summary>A user is connected already.</summary>
    public void Place(int user, int silo) => _connectedAt[user] = silo;

    /// <summary>A user's first connection opens.</summary>
    public void Connect(int user, int silo)
    {
        _connectedAt[user] = silo;
        Directory.Report(silo, _partitions[user]);
        CallUser(silo, user);
    }

    /// <summary>A user's last connection closes.</summary>
    public void Disconnect(int user)
    {
        var silo = _connectedAt[user];
        CallUser(silo, user);
        _connectedAt[user] = Nowhere;
        Directory.Report(silo, _partitions[user]);
    }

    /// <summary>A request creates a call, and the callee is invited.</summary>
    public void Create(int call, int from, int callee) => Notify(_cluster.Call(from, new GrainKey(GrainKind.Call, call), out _), callee);

    /// <summary>A request changes a call, and both users are told.</summary>
    public void Change(int call, int from, int caller, int callee)
    {
        var silo = _cluster.Call(from, new GrainKey(GrainKind.Call, call), out _);
        Notify(silo, caller);
        Notify(silo, callee);
    }

    /// <summary>Somebody asks whether a user has a connection.</summary>
    public void CheckAbsence(int from, int user)
    {
        var silo = CallUser(from, user);
        FindConnections(silo, user);
    }

    /// <summary>The presence of some users is read.</summary>
    public void ReadPresence(int from, IReadOnlyCollection<int> users)
    {
        var partitions = users.GroupBy(user => _partitions[user]).ToList();
        IEnumerable<int> silos = partitions.Count >= _cluster.Alive.Count
            ? _cluster.Alive
            : [.. partitions.SelectMany(partition => Directory.Find(from, partition.Key, partition.Select(SiloOf))).Distinct()];
        foreach (var silo in silos)
        {
            _cluster.CallService(from, silo);
        }
    }

    /// <summary>A user's grain leaves memory.</summary>
    public void Deactivate(int user) => _cluster.Deactivate(new GrainKey(GrainKind.User, user));

    /// <summary>
    /// A user is told of a call. The user's grain is not called where it is on the silo of the call's grain, and all connections are.
    /// </summary>
    private void Notify(int from, int user)
    {
        if (_cluster.IsAt(from, new GrainKey(GrainKind.User, user)) && (_connectedAt[user] == Nowhere || _connectedAt[user] == from))
        {
            return;
        }

        var silo = CallUser(from, user);
        if (_connectedAt[user] != Nowhere)
        {
            _cluster.CallService(silo, _connectedAt[user]);
        }
    }

    private int CallUser(int from, int user)
    {
        var silo = _cluster.Call(from, new GrainKey(GrainKind.User, user), out var isNew);
        if (isNew)
        {
            FindConnections(silo, user);
        }

        return silo;
    }

    /// <summary>A user's grain asks the silos where the user may be connected.</summary>
    private void FindConnections(int from, int user)
    {
        // With one silo there is no more to ask than with a partition.
        IEnumerable<int> silos = _cluster.Alive.Count == 1
            ? _cluster.Alive
            : Directory.Find(from, _partitions[user], _connectedAt[user] == Nowhere ? [] : [_connectedAt[user]]);
        foreach (var silo in silos)
        {
            _cluster.CallService(from, silo);
        }
    }
}
