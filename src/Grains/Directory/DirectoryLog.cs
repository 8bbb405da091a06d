using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Directory;

/// <summary>What is logged about the directory of connections.</summary>
internal static partial class DirectoryLog
{
    [LoggerMessage(
        LogLevel.Information, "Partition {Partition} of the directory of connections does not answer ({Reason}); all silos are asked.")]
    public static partial void PartitionSilent(this ILogger logger, int partition, string reason);

    [LoggerMessage(
        LogLevel.Information,
        "Partition {Partition} of the directory of connections could not be told who is connected here ({Reason}); it is tried again.")]
    public static partial void NotReported(this ILogger logger, long partition, string reason);
}
