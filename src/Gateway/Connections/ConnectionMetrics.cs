using System.Diagnostics.Metrics;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>What is measured of connections and of the invitations that go over them, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class ConnectionMetrics
{
    private readonly Meter _meter;
    private readonly Histogram<double> _acknowledgement;
    private readonly Counter<long> _resent;

    public ConnectionMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(LimitMetrics.MeterName);
        _acknowledgement = _meter.CreateHistogram<double>(
            "fayo.calls.invitation.ack.duration",
            "s",
            "From sending an invitation to a connection to its acknowledgement over that connection.");
        _resent = _meter.CreateCounter<long>(
            "fayo.calls.invitation.resent", "{invitation}", "Invitations that were sent again to connections that had not acknowledged.");
    }

    /// <summary>Whether anybody wants to know how long acknowledgements take.</summary>
    public bool MeasuresAcknowledgements => _acknowledgement.Enabled;

    /// <summary>Begins to measure how many connections and users there are. They are counted when somebody asks.</summary>
    /// <param name="count">Counts them.</param>
    public void Observe(Func<ConnectionCount> count)
    {
        _meter.CreateObservableUpDownCounter(
            "fayo.calls.connection.count", () => count().Connections, "{connection}", "Connections of users that are open here.");
        _meter.CreateObservableUpDownCounter("fayo.calls.user.count", () => count().Users, "{user}", "Users who are connected here.");
    }

    /// <summary>Measures how long a device took to acknowledge an invitation.</summary>
    public void RecordAcknowledged(TimeSpan duration) => _acknowledgement.Record(duration.TotalSeconds);

    /// <summary>Counts an invitation that is sent again.</summary>
    public void RecordResent() => _resent.Add(1);
}
