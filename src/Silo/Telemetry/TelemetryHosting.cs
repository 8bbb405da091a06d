using System.Reflection;
using Fayo.Calls.Silo.Settings;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fayo.Calls.Silo.Telemetry;

/// <summary>Metrics for Prometheus and by OTLP, traces by OTLP. Without a setting that asks for it nothing is measured.</summary>
internal static class TelemetryHosting
{
    /// <summary>
    /// What is measured: the service's own instruments, Orleans', Npgsql's, the runtime's and the web server's. Names:
    /// https://opentelemetry.io/docs/specs/semconv/ and docs/deploy.md.
    /// </summary>
    private static readonly string[] Meters =
    [
        "Fayo.Calls.*", "Microsoft.Orleans", "Npgsql", "System.Runtime",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
    ];

    /// <summary>
    /// The instruments that Orleans changes with every message, several times. No alert and no dashboard uses them. What begins like one
    /// of these is not measured.
    /// </summary>
    private static readonly string[] EveryMessage =
    [
        "orleans-messaging-sent", "orleans-messaging-received", "orleans-messaging-processing", "orleans-app-requests-latency",
    ];

    private static readonly string[] TraceSources =
    [
        "Microsoft.AspNetCore.SignalR.Server",
        "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage",
    ];

    /// <summary>Bounds of histograms of short times, seconds.</summary>
    private static readonly double[] ShortTimes = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Bounds of histograms of what people do, seconds.</summary>
    private static readonly double[] LongTimes = [1, 2.5, 5, 10, 15, 30, 45, 60, 120, 300, 600, 1800, 3600, 14400];

    /// <summary>Bounds of the histogram of the calls in one commit.</summary>
    private static readonly double[] BatchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    /// <summary>Adds telemetry as the settings ask for it.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, SiloSettings settings)
    {
        var telemetry = settings.Telemetry;
        if (!telemetry.HasMetrics)
        {
            return;
        }

        var version = typeof(TelemetryHosting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var openTelemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("fayo-calls", serviceVersion: version, serviceInstanceId: Environment.MachineName)
                // Once more, since what comes last counts: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                metrics.AddView(instrument => IsOfEveryMessage(instrument.Name) ? MetricStreamConfiguration.Drop : null);
                SetBounds(
                    metrics, ShortTimes, "fayo.calls.invitation.*", "fayo.calls.commit.duration", "fayo.calls.hub.invocation.duration");
                SetBounds(metrics, LongTimes, "fayo.calls.call.duration", "fayo.calls.ring.duration");
                SetBounds(metrics, BatchSizes, "fayo.calls.commit.batch.size");
                if (telemetry.MetricsPort > 0)
                {
                    metrics.AddPrometheusExporter();
                }

                if (telemetry.OtlpEndpoint is not null)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (telemetry.OtlpEndpoint is not null)
        {
            openTelemetry.WithTracing(traces => traces
                .AddSource(TraceSources)
                .AddNpgsql()
                .AddAspNetCoreInstrumentation(requests =>
                    requests.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                .AddOtlpExporter());
        }

        if (telemetry.MetricsPort > 0)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings.Host, telemetry.MetricsPort));
        }
    }

    /// <summary>Makes the port for metrics answer <c>/metrics</c> and nothing else.</summary>
    public static void UseMetricsPort(this WebApplication app, int port)
    {
        if (port == 0)
        {
            return;
        }

        app.UseWhen(context => context.Connection.LocalPort == port, metrics =>
        {
            metrics.UseOpenTelemetryPrometheusScrapingEndpoint("/metrics");
            metrics.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        });
    }

    private static bool IsOfEveryMessage(string instrument) =>
        Array.Exists(EveryMessage, prefix => instrument.StartsWith(prefix, StringComparison.Ordinal));

    private static void SetBounds(MeterProviderBuilder metrics, double[] bounds, params ReadOnlySpan<string> instruments)
    {
        foreach (var instrument in instruments)
        {
            metrics.AddView(instrument, new ExplicitBucketHistogramConfiguration { Boundaries = bounds });
        }
    }
}
