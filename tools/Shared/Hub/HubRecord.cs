using System.Text.Json;

namespace Fayo.Calls.Tools.Hub;

/// <summary>One record of SignalR's JSON protocol. The spans point into the bytes that it was read from.</summary>
internal ref struct HubRecord
{
    public const int Invocation = 1;
    public const int Completion = 3;
    public const int Close = 7;

    /// <summary>The kind of record; 0 for the answer to the handshake.</summary>
    public int Type { get; private set; }

    /// <summary>An invocation's method.</summary>
    public ReadOnlySpan<byte> Target { get; private set; }

    /// <summary>An invocation's first argument as JSON; empty where it has none.</summary>
    public ReadOnlySpan<byte> Argument { get; private set; }

    /// <summary>A completion's result as JSON; empty where it has none.</summary>
    public ReadOnlySpan<byte> Result { get; private set; }

    /// <summary>The invocation that a completion answers.</summary>
    public string? InvocationId { get; private set; }

    /// <summary>Why the handshake or the invocation was refused; null where it was not.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads a record without its end mark.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static HubRecord Read(ReadOnlySpan<byte> bytes)
    {
        var record = default(HubRecord);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                record.Type = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("target"u8))
            {
                reader.Read();
                record.Target = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("invocationId"u8))
            {
                reader.Read();
                record.InvocationId = reader.GetString();
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                record.Error = reader.GetString();
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                reader.Read();
                record.Result = ReadValue(ref reader, bytes);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var value = ReadValue(ref reader, bytes);
                    if (record.Argument.IsEmpty)
                    {
                        record.Argument = value;
                    }
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return record;
    }

    private static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return bytes[start..(int)reader.BytesConsumed];
    }
}
