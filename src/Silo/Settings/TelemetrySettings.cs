namespace Fayo.Calls.Silo.Settings;

/// <summary>What the service tells of itself.</summary>
/// <param name="MetricsPort">The port on which Prometheus finds metrics, under <c>/metrics</c>; 0 opens none.</param>
/// <param name="OtlpEndpoint">Where metrics and traces are sent by OTLP; null sends none.</param>
/// <param name="LogFormat">What a line of the log looks like.</param>
internal sealed record TelemetrySettings(int MetricsPort, Uri? OtlpEndpoint, LogFormat LogFormat)
{
    /// <summary>Whether anything measures.</summary>
    public bool HasMetrics => MetricsPort > 0 || OtlpEndpoint is not null;

    /// <summary>Reads the settings of telemetry.</summary>
    public static TelemetrySettings Read(SettingReader read) => new(
        read.Whole("Calls:MetricsPort", 0, 0, 65535),
        read.HttpUrl("OTEL_EXPORTER_OTLP_ENDPOINT"),
        read.Choice("Calls:LogFormat", LogFormat.Text));
}
