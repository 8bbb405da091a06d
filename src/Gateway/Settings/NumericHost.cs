using System.Net;

namespace Fayo.Calls.Gateway.Settings;

/// <summary>Tells addresses that were written wrong from names of hosts.</summary>
public static class NumericHost
{
    /// <summary>
    /// True for a host whose last part is a number, as that of an IPv4 address is, without being one: 999.1.1.1 is no host, and 1.2.3 is
    /// read as 1.2.0.3 (WHATWG URL, section 3.5).
    /// </summary>
    /// <param name="host">A name, an IPv4 address, or an IPv6 address in brackets.</param>
    public static bool IsMalformed(string host)
    {
        var last = host.TrimEnd('.').Split('.')[^1];
        var isNumber = last.Length > 0
            && (last.All(char.IsAsciiDigit)
                || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last.Skip(2).All(char.IsAsciiHexDigit)));
        return isNumber && !(IPAddress.TryParse(host, out var address) && address.ToString() == host);
    }
}
