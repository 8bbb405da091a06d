using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json;

/// <summary>
/// Reads one JSON object field by field. An unknown field, a field that comes twice, or a value of the wrong kind ends the
/// reading with an <see cref="ApiError"/> that names the field. Malformed JSON throws a <see cref="JsonException"/>.
/// </summary>
/// <remarks>
/// Not the serializer with <c>JsonSerializerOptions.Strict</c>: its errors can only be told apart by their texts, it accepts
/// numbers and other cases for the names of enums, it does not keep <c>metadata</c> as the client wrote it, and it takes twice
/// the time.
/// </remarks>
internal ref struct ObjectReader
{
    private const int MaxTimeLength = 40;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-ddTHH:mmZ", "yyyy-MM-ddTHH:mmzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz",
    ];

    private readonly ReadOnlySequence<byte> _source;
    private Utf8JsonReader _json;
    private string _field = "";
    private int _seen;
    private bool _begun;

    /// <param name="json">A reader that is before the object or at its beginning.</param>
    /// <param name="source">Everything that <paramref name="json"/> reads; empty where <see cref="RawObject"/> is not used.</param>
    public ObjectReader(Utf8JsonReader json, ReadOnlySequence<byte> source = default)
    {
        _json = json;
        _source = source;
    }

    /// <summary>Why the object cannot be accepted; null so far as it can.</summary>
    public ApiError? Error { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <param name="names">The fields that the object may have, at most 32.</param>
    /// <returns>The index of the field's name; -1 at the end of the object, and after an error.</returns>
    public int Next(ReadOnlySpan<string> names)
    {
        if (Error is not null || !Begin())
        {
            return -1;
        }

        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            return -1;
        }

        // A comparison with half of a surrogate pair would throw.
        if (_json.ValueIsEscaped && !TryGetString(out _))
        {
            Error = ApiError.Malformed("A field's name is not valid text.");
            return -1;
        }

        for (var index = 0; index < names.Length; index++)
        {
            if (!_json.ValueTextEquals(names[index]))
            {
                continue;
            }

            _field = names[index];
            if ((_seen & (1 << index)) != 0)
            {
                Error = ApiError.Malformed($"'{_field}' comes twice.");
                return -1;
            }

            _seen |= 1 << index;
            _json.Read();
            return index;
        }

        Error = TryGetString(out var name) ? ApiError.UnknownField(name) : ApiError.Malformed("A field's name is not valid text.");
        return -1;
    }

    /// <summary>Sets the error if a field has no value.</summary>
    public void Require(object? value, string field)
    {
        if (value is null)
        {
            Error ??= ApiError.BadValue(field, "is required");
        }
    }

    /// <summary>The name of a device; null where the client sent null.</summary>
    public string? DeviceId()
    {
        var id = Text(GatewayLimits.MaxDeviceIdLength);
        return id is null || DeviceIds.IsValid(id) ? id : Fail("holds characters that are not allowed");
    }

    /// <summary>A text of 1 to <paramref name="maxLength"/> characters; null where the client sent null.</summary>
    public string? Text(int maxLength, bool mayBeEmpty = false)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_json.TokenType != JsonTokenType.String)
        {
            return Fail("has to be a string");
        }

        // JSON allows a NUL in a text, PostgreSQL does not.
        if (!TryGetString(out var text) || text.Contains('\0'))
        {
            return Fail("holds characters that are not allowed");
        }

        if (text.Length > maxLength || (text.Length == 0 && !mayBeEmpty))
        {
            var range = mayBeEmpty ? "at most" : "1 to";
            return Fail(string.Create(CultureInfo.InvariantCulture, $"has to have {range} {maxLength} characters"));
        }

        return text;
    }

    /// <summary>A user id; null where the client sent null.</summary>
    public string? UserId()
    {
        var id = Text(int.MaxValue, mayBeEmpty: true);
        return id is null || UserIds.IsValid(id)
            ? id
            : Fail($"cannot be accepted: {UserIds.Rule[..1].ToLowerInvariant()}{UserIds.Rule[1..]}");
    }

    /// <summary>A list of user ids.</summary>
    /// <param name="max">How many there may be.</param>
    public IReadOnlyList<string>? UserIdList(int max)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            Fail("has to be a list of user ids");
            return null;
        }

        var ids = new List<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (ids.Count == max)
            {
                Fail(string.Create(CultureInfo.InvariantCulture, $"has to have at most {max} user ids"));
                return null;
            }

            if (_json.TokenType != JsonTokenType.String || UserId() is not { } id)
            {
                Fail("has to be a list of user ids");
                return null;
            }

            ids.Add(id);
        }

        return ids;
    }

    /// <summary>A time with its offset from UTC, as ISO 8601 has it; null where the client sent null.</summary>
    public DateTimeOffset? Time()
    {
        if (Text(MaxTimeLength) is not { } text)
        {
            return null;
        }

        // Without an offset it would be anybody's guess what is meant.
        const DateTimeStyles Utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, Utc, out var time))
        {
            return time;
        }

        Fail("has to be a time such as 2025-01-31T08:00:00Z");
        return null;
    }

    /// <summary>One of the names of an enum; null where the client sent null.</summary>
    public TEnum? Name<TEnum>()
        where TEnum : struct, Enum
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_json.TokenType == JsonTokenType.String && TryGetString(out var name) && WireNames.TryParse<TEnum>(name, out var value))
        {
            return value;
        }

        Fail($"has to be one of {string.Join(", ", WireNames.All<TEnum>())}");
        return null;
    }

    /// <summary>A JSON object exactly as the client wrote it; null where the client sent null.</summary>
    public RawJson? RawObject()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Fail("has to be a JSON object");
            return null;
        }

        var start = _json.TokenStartIndex;
        var depth = _json.CurrentDepth;
        while (_json.Read() && (_json.TokenType != JsonTokenType.EndObject || _json.CurrentDepth > depth))
        {
            if (!IsStorable())
            {
                Fail("holds text or numbers that cannot be stored");
                return null;
            }
        }

        return new RawJson(Encoding.UTF8.GetString(_source.Slice(start, _json.BytesConsumed - start)));
    }

    /// <summary>Any JSON value exactly as the client wrote it, including null.</summary>
    public RawJson? RawValue()
    {
        try
        {
            using var value = JsonDocument.ParseValue(ref _json);
            return new RawJson(value.RootElement.GetRawText());
        }
        catch (InvalidOperationException)
        {
            Fail("holds text that is not UTF-8");
            return null;
        }
    }

    /// <summary>Throws if anything but white space follows the object.</summary>
    /// <exception cref="JsonException">Something does.</exception>
    public void ReadToEnd()
    {
        if (Error is null)
        {
            _json.Read();
        }
    }

    private bool Begin()
    {
        if (_begun)
        {
            return true;
        }

        _begun = true;
        if (_json.TokenType == JsonTokenType.None)
        {
            _json.Read();
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Error = ApiError.Malformed("A JSON object is expected.");
        }

        return Error is null;
    }

    private string? Fail(string rule)
    {
        Error = ApiError.BadValue(_field, rule);
        return null;
    }

    /// <summary>
    /// False for what PostgreSQL's <c>jsonb</c> cannot hold: a NUL, half of a surrogate pair, a number outside the range of
    /// <c>numeric</c>.
    /// </summary>
    private readonly bool IsStorable() => _json.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.PropertyName => TryGetString(out var text) && !text.Contains('\0'),
        JsonTokenType.Number => (_json.HasValueSequence ? _json.ValueSequence.Length : _json.ValueSpan.Length) <= 64
            && _json.TryGetDouble(out var number) && double.IsFinite(number) && (number != 0 || !HasExponent()),
        _ => true,
    };

    private readonly bool HasExponent() =>
        (_json.HasValueSequence ? _json.ValueSequence.ToArray() : _json.ValueSpan).IndexOfAny((byte)'e', (byte)'E') >= 0;

    /// <summary>
    /// False for half of a surrogate pair and for bytes that are not UTF-8. The reader finds these only when the text is asked
    /// for.
    /// </summary>
    private readonly bool TryGetString([NotNullWhen(true)] out string? text)
    {
        try
        {
            text = _json.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
