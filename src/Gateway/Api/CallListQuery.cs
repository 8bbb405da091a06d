using System.Buffers;
using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The query of the list of calls, as it came.</summary>
internal sealed record CallListQuery(
    [property: Description("Only calls with this status.")] string? Status,
    [property: Description("Only calls with this participant. For staff; others may only name themselves.")] string? UserId,
    [property: Description("Only calls created at this time or later (ISO 8601).")] string? From,
    [property: Description("Only calls created before this time (ISO 8601).")] string? To,
    [property: Description("How many at most: 1 to 200, else 50.")] string? Limit,
    [property: Description("nextCursor of the page before.")] string? Cursor)
{
    private const int MaxItems = 200;

    private static readonly string[] Names = ["status", "userId", "from", "to", "limit", "cursor"];

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Makes a query of it that the caller may ask.</summary>
    public Parsed<CallQuery> Parse(IQueryCollection query, Caller caller)
    {
        if (CheckNames(query, Names) is { } error)
        {
            return error;
        }

        CallStatus status = default;
        if (Status is not null && !WireNames.TryParse(Status, out status))
        {
            return ApiError.BadValue("status", $"has to be one of {string.Join(", ", Enum.GetValues<CallStatus>().Select(WireNames.Of))}");
        }

        if (UserId is not null && !UserIds.IsValid(UserId))
        {
            return ApiError.BadValue("userId", "is not a user id");
        }

        if (!caller.IsStaff && UserId is not null && UserId != caller.UserId)
        {
            return ApiError.Forbidden("Only staff may list the calls of others.");
        }

        if (!TryParseTime(From, out var from))
        {
            return ApiError.BadValue("from", "has to be a time such as 2025-01-31T08:00:00Z");
        }

        if (!TryParseTime(To, out var to))
        {
            return ApiError.BadValue("to", "has to be a time such as 2025-01-31T08:00:00Z");
        }

        var limit = 50;
        if (Limit is not null && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxItems))
        {
            return ApiError.BadValue("limit", "has to be a whole number from 1 to 200");
        }

        CallCursor? after = null;
        if (Cursor is not null && !TryParseCursor(Cursor, out after))
        {
            return ApiError.BadValue("cursor", "is not one that this service gave out");
        }

        return new CallQuery
        {
            UserId = caller.IsStaff ? UserId : caller.UserId,
            Status = Status is null ? null : status,
            From = from,
            To = to,
            Limit = limit,
            After = after,
        };
    }

    /// <summary>A cursor as clients get it: not to be looked into.</summary>
    public static string Format(CallCursor cursor) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{cursor.CreatedAt.UtcTicks:x16}{cursor.Id}")));

    /// <summary>Refuses a query with a name that is none of these, or comes twice.</summary>
    public static ApiError? CheckNames(IQueryCollection query, string[] names)
    {
        foreach (var (name, values) in query)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                return ApiError.UnknownField(name);
            }

            if (values.Count > 1)
            {
                return ApiError.BadValue(name, "comes more than once");
            }
        }

        return null;
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    public static bool TryParseCursor(string text, out CallCursor? cursor)
    {
        cursor = null;
        // 16 hexadecimal digits of the time and 37 characters of the call's id.
        Span<byte> bytes = stackalloc byte[53];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length)
        {
            return false;
        }

        var id = Encoding.ASCII.GetString(bytes[16..]);
        if (!long.TryParse(bytes[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            || ticks < 0 || ticks > DateTime.MaxValue.Ticks || !CallIds.IsValid(id))
        {
            return false;
        }

        cursor = new CallCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    private static bool TryParseTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
        {
            return true;
        }

        if (!DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
        {
            return false;
        }

        time = parsed;
        return true;
    }
}
