using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Fayo.Calls;

/// <summary>The ids of events, such as <c>evt_call_0199f0c2_3</c>: the id of the call and the version that the event made.</summary>
public static class EventIds
{
    private const string Prefix = "evt_";

    /// <summary>The id of an event.</summary>
    public static string Format(string callId, int version) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{callId}_{version}");

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <returns>False for any other text.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? callId, out int version)
    {
        (callId, version) = (null, 0);
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true || text.LastIndexOf('_') is var end && end < Prefix.Length)
        {
            return false;
        }

        callId = text[Prefix.Length..end];
        return CallIds.IsValid(callId)
            && int.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version)
            && version > 0;
    }
}
