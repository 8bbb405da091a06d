using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>What is measured of invocations of hub methods, in the meter <c>Fayo.Calls.Gateway</c>.</summary>
internal sealed class HubMetrics(IMeterFactory meters, TimeProvider time)
{
    private readonly ConcurrentDictionary<MethodInfo, string> _names = new();
    private readonly Histogram<double> _duration = meters.Create(LimitMetrics.MeterName).CreateHistogram<double>(
        "fayo.calls.hub.invocation.duration", "s", "How long the invocation of a hub method took.");

    /// <summary>Notes that an invocation begins.</summary>
    /// <returns>What <see cref="RecordInvocation"/> needs; null where nobody measures.</returns>
    public long? Start() => _duration.Enabled ? time.GetTimestamp() : null;

    /// <summary>Measures an invocation.</summary>
    /// <param name="start">What <see cref="Start"/> returned.</param>
    /// <param name="method">The method, one of the hub's.</param>
    /// <param name="errorCode">The code of the error that it was answered with; null where it succeeded.</param>
    public void RecordInvocation(long start, MethodInfo method, string? errorCode)
    {
        var duration = time.GetElapsedTime(start).TotalSeconds;
        var tag = new KeyValuePair<string, object?>("method", _names.GetOrAdd(method, NameOf));
        if (errorCode is null)
        {
            _duration.Record(duration, tag);
        }
        else
        {
            _duration.Record(duration, tag, new KeyValuePair<string, object?>("error.type", errorCode));
        }
    }

    /// <summary>The name by which clients invoke a method.</summary>
    private static string NameOf(MethodInfo method) => method.GetCustomAttribute<HubMethodNameAttribute>()?.Name ?? method.Name;
}
