using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>The log messages about the pages.</summary>
internal static partial class PagesLog
{
    [LoggerMessage(LogLevel.Information, "{Count} assets of the pages were written to the database, for the silos of other releases.")]
    public static partial void AssetsKept(this ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The assets of the pages could not be written to the database ({Reason}); tried again in a minute.")]
    public static partial void AssetsNotKept(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The asset {Name} of the pages is too large to be kept for the silos of other releases.")]
    public static partial void AssetTooLarge(this ILogger logger, string name);
}
