using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fayo.Calls.Gateway.Events;

/// <summary>The cursor from one page of events to the next, in the form that clients get. Clients must not look into it.</summary>
internal static class EventCursor
{
    private const int MaxLength = 1024;
    private const int Parts = 4;

    /// <summary>The text of a cursor.</summary>
    public static string Format(ParkedEventCursor cursor)
    {
        var (at, callId, version, destination) = cursor;
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}/{callId}/{version}/{destination}")));
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <returns>False for any other text.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ParkedEventCursor? cursor)
    {
        cursor = null;
        var buffer = new byte[MaxLength];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(buffer, 0, length).Split('/', Parts);
        if (parts.Length != Parts
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTime.MaxValue.Ticks
            || !CallIds.IsValid(parts[1])
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || parts[3].Contains('\0'))
        {
            return false;
        }

        cursor = new ParkedEventCursor(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1], version, parts[3]);
        return true;
    }
}
