using Fayo.Calls.Silo.Settings;

namespace Fayo.Calls.Silo.Telemetry;

/// <summary>Makes the service log to the console.</summary>
internal static class LogHosting
{
    /// <summary>Adds the console in a format.</summary>
    public static void AddConsole(this ILoggingBuilder logging, LogFormat format)
    {
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                console.UseUtcTimestamp = true;
            });
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
    }
}
