using System.Globalization;
using System.Text.RegularExpressions;

namespace Fayo.Calls.Gateway.Settings;

/// <summary>Reads origins as people write them into settings.</summary>
internal static partial class OriginText
{
    /// <summary>
    /// Schemes of addresses that have no origin of their own: browsers send <c>null</c> for them, or never send them. <c>null</c> itself is
    /// refused as well: every page can get that origin, so that allowing it allows everybody, for which there is <c>*</c>.
    /// </summary>
    private static readonly string[] WithoutOrigin = ["about", "blob", "data", "file", "ftp", "javascript", "mailto", "ws", "wss"];

    /// <summary>The origin as browsers send it: in lower case, without a default port, with the host in ASCII.</summary>
    /// <param name="text">An origin, such as <c>https://panel.example.com</c> or <c>capacitor://localhost</c>; a slash at its end is
    /// ignored.</param>
    /// <returns>The origin; null where no browser can have it.</returns>
    public static string? Normalize(string text)
    {
        var parts = Origin.Match(text);
        if (!parts.Success
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Port == 0
            || (IsOfTheWeb(uri) && NumericHost.IsMalformed(parts.Groups["host"].Value))
            || WithoutOrigin.Contains(uri.Scheme, StringComparer.Ordinal)
            || Uri.CheckHostName(uri.IdnHost) == UriHostNameType.Unknown)
        {
            return null;
        }

        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost.Trim('[', ']')}]" : uri.IdnHost.ToLowerInvariant();
        return uri.IsDefaultPort || uri.Port < 0
            ? $"{uri.Scheme}://{host}"
            : string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{host}:{uri.Port}");
    }

    /// <summary>Elsewhere a host is any text, such as the id of an extension.</summary>
    private static bool IsOfTheWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>A scheme, a host without wildcards, user or path, and perhaps a port.</summary>
    [GeneratedRegex(
        @"^[A-Za-z][A-Za-z0-9+.-]*://(?<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:*\[\]\\]+)(:[0-9]{1,5})?/?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Origin { get; }
}
