using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The cursor from one page of calls to the next, in the form that clients get. Clients must not look into it.</summary>
internal static class PageCursor
{
    private const int TimeDigits = 16;

    /// <summary>The text of a cursor; null for the end of the list.</summary>
    [return: NotNullIfNotNull(nameof(cursor))]
    public static string? Format(CallCursor? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{cursor.CreatedAt.UtcTicks:x16}{cursor.Id}");
        return Base64Url.EncodeToString(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <returns>False for any other text.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out CallCursor? cursor)
    {
        cursor = null;
        Span<byte> buffer = stackalloc byte[TimeDigits + CallIds.MaxLength];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var length) != OperationStatus.Done || length <= TimeDigits)
        {
            return false;
        }

        var bytes = buffer[..length];
        var id = Encoding.ASCII.GetString(bytes[TimeDigits..]);
        if (!long.TryParse(bytes[..TimeDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            || ticks < 0 || ticks > DateTime.MaxValue.Ticks || !CallIds.IsValid(id))
        {
            return false;
        }

        cursor = new CallCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }
}
