using System.Runtime.InteropServices;
using Fayo.Calls.Grains.Directory;
using Fayo.Calls.Scale.Model;

namespace Fayo.Calls.Scale.Run;

/// <summary>
/// Plays a large cluster on virtual time: calls, users who come and go, the reports of the silos, a silo that is lost and one that joins.
/// What silos do until they have noticed that one is dead is not played.
/// </summary>
internal sealed class ScaleRun
{
    private const double Tick = 0.1;

    /// <summary>Until as many users' grains are in memory as go: they stay for two minutes.</summary>
    private const double WarmUp = 130;
    private const double PhaseLength = 10;

    /// <summary>The users of a lost silo come back within this time, in seconds, as clients do that are told nothing.</summary>
    private const double ReturnWithin = 5;

    /// <summary>How long a connection lasts, in seconds. Assumed.</summary>
    private const double ConnectionLifetime = 1800;

    private const double RingFor = 5;
    private const double ConfirmWithin = 1;
    private const double MinTalk = 30;
    private const double MaxTalk = 90;

    private readonly Random _random = new(Seed: 14);
    private readonly ScaleSettings _settings;
    private readonly SimulatedCluster _cluster;
    private readonly ServiceModel _service;
    private readonly PriorityQueue<CallStep, double> _steps = new();
    private readonly PriorityQueue<int, double> _returningUsers = new();
    private readonly double[] _nextReport;
    private readonly int[] _nextPartition;
    private readonly int[] _hurried;
    private int _calls;
    private double _callsDue;
    private double _churnDue;

    public ScaleRun(ScaleSettings settings)
    {
        _settings = settings;
        var maxSilos = settings.Silos + 1;
        _cluster = new SimulatedCluster(settings.Silos, maxSilos, _random);
        _service = new ServiceModel(_cluster, maxSilos, settings.Users);
        for (var user = 0; user < settings.Users; user++)
        {
            _service.Place(user, _cluster.AnySilo);
        }

        _nextReport = new double[maxSilos];
        _nextPartition = [.. Enumerable.Range(0, maxSilos).Select(_ => _random.Next(ConnectionPartitions.Count))];
        _hurried = new int[maxSilos];
        Hurry();
    }

    /// <summary>Plays everything.</summary>
    /// <returns>What happened, phase by phase.</returns>
    public IEnumerable<Phase> Play()
    {
        PlayFor(WarmUp);
        yield return Measure("as always", () => PlayFor(PhaseLength));
        var lost = _cluster.Alive[^1];
        yield return Measure($"a silo is lost, until every partition knows all ({ReturnWithin} s at least)", () =>
        {
            Lose(lost);
            PlayFor(ReturnWithin);
            PlayUntilDirectoryIsComplete();
        });
        yield return Measure("after that", () => PlayFor(PhaseLength));
        yield return Measure("a silo joins, until every partition knows it", () =>
        {
            Join(_settings.Silos);
            PlayUntilDirectoryIsComplete();
        });
        yield return Measure("after that", () => PlayFor(PhaseLength));
    }

    private Phase Measure(string name, Action play)
    {
        _cluster.Tally.Clear();
        Array.Clear(_service.Directory.Calls);
        var start = _cluster.Now;
        play();
        var seconds = _cluster.Now - start;
        var tally = _cluster.Tally;
        return new Phase(
            name,
            seconds,
            tally.Messages / seconds,
            tally.Messages / seconds / _cluster.Alive.Count,
            tally.Sent.Max() / seconds,
            tally.GrainCalls / seconds,
            _service.Directory.Calls.Max() / seconds);
    }

    private void PlayFor(double seconds)
    {
        for (var end = _cluster.Now + seconds; _cluster.Now < end - (Tick / 2);)
        {
            PlayTick();
        }
    }

    private void PlayUntilDirectoryIsComplete()
    {
        do
        {
            PlayTick();
        }
        while (!_service.Directory.IsComplete);
    }

    private void PlayTick()
    {
        _cluster.Now += Tick;
        foreach (var silo in _cluster.Alive)
        {
            Report(silo);
        }

        while (_steps.TryPeek(out var step, out var at) && at <= _cluster.Now)
        {
            _steps.Dequeue();
            Play(step);
        }

        while (_returningUsers.TryPeek(out var user, out var at) && at <= _cluster.Now)
        {
            _returningUsers.Dequeue();
            _service.Connect(user, _cluster.AnySilo);
        }

        for (_callsDue += _settings.CallsPerSecond * Tick; _callsDue >= 1; _callsDue--)
        {
            BeginCall();
        }

        for (_churnDue += _settings.Users / ConnectionLifetime * Tick; _churnDue >= 1; _churnDue--)
        {
            var leaving = _random.Next(_settings.Users);
            if (_service.SiloOf(leaving) >= 0)
            {
                // Another one comes; that is as if this one came back.
                _service.Disconnect(leaving);
                _service.Connect(leaving, _cluster.AnySilo);
            }
        }
    }

    /// <summary>As <see cref="ConnectionReporter"/> does: a partition after another, and faster after silos came or went.</summary>
    private void Report(int silo)
    {
        while (_nextReport[silo] <= _cluster.Now)
        {
            _service.Directory.Report(silo, _nextPartition[silo]);
            _nextPartition[silo] = (_nextPartition[silo] + 1) % ConnectionPartitions.Count;
            var pause = _hurried[silo]-- > 0 ? ConnectionReporter.HurriedPause : ConnectionReporter.Pause;
            _nextReport[silo] += pause.TotalSeconds;
        }
    }

    private void BeginCall()
    {
        var (call, caller, callee) = (_calls++, _random.Next(_settings.Users), _random.Next(_settings.Users));
        _service.Create(call, _cluster.AnySilo, callee);
        _service.Change(call, Math.Max(_service.SiloOf(callee), 0), caller, callee);
        var answered = _cluster.Now + (RingFor * _random.NextDouble());
        var confirmed = answered + (ConfirmWithin * _random.NextDouble());
        var ended = confirmed + MinTalk + ((MaxTalk - MinTalk) * _random.NextDouble());
        var change = new CallStep(call, caller, callee, Leaves: false);
        _steps.Enqueue(change, answered);
        _steps.Enqueue(change, confirmed);
        _steps.Enqueue(change, ended);
        _steps.Enqueue(change with { Leaves = true }, ended + SimulatedCluster.CollectionAge);
    }

    private void Play(CallStep step)
    {
        if (step.Leaves)
        {
            _cluster.Deactivate(new GrainKey(GrainKind.Call, step.Call));
        }
        else
        {
            _service.Change(step.Call, _cluster.AnySilo, step.Caller, step.Callee);
        }
    }

    private void Lose(int silo)
    {
        foreach (var partition in _cluster.Lose(silo))
        {
            _service.Directory.Forget(partition);
        }

        Hurry();
        for (var user = 0; user < _settings.Users; user++)
        {
            if (_service.SiloOf(user) == silo)
            {
                _service.Place(user, ServiceModel.Nowhere);
                _returningUsers.Enqueue(user, _cluster.Now + (ReturnWithin * _random.NextDouble()));
            }
        }
    }

    private void Join(int silo)
    {
        _cluster.Join(silo);
        Hurry();
    }

    private void Hurry()
    {
        foreach (var silo in _cluster.Alive)
        {
            _hurried[silo] = 2 * ConnectionPartitions.Count;
            _nextReport[silo] = _cluster.Now + (Tick * _random.NextDouble());
        }
    }

    /// <summary>A request that changes a call, or the end of its grain's time in memory.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct CallStep(int Call, int Caller, int Callee, bool Leaves);
}
