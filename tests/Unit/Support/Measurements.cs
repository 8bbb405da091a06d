using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Tests.Unit.Support;

/// <summary>Makes meters, and listens to all of their instruments.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<string> _lines = [];

    public Measurements()
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == Meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IMeterFactory Meters { get; }

    /// <summary>What has been measured since the last time: the instrument, its tags and the value of each.</summary>
    public IReadOnlyList<string> Take()
    {
        _listener.RecordObservableInstruments();
        string[] taken = [.. _lines];
        _lines.Clear();
        return taken;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var described = string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"));
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name}{described} {value}"));
    }
}
