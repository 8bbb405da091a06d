using System.Text.Json;

namespace Fayo.Calls.Tools.Calls;

/// <summary>Reads call ids from the service's JSON without parsing the rest.</summary>
public static class SessionJson
{
    /// <summary>The <c>id</c> of a session.</summary>
    /// <exception cref="JsonException">It has none.</exception>
    public static string ReadId(ReadOnlySpan<byte> session)
    {
        var reader = new Utf8JsonReader(session);
        return FindProperty(ref reader, "id"u8) ? reader.GetString()! : throw new JsonException("A session without an id.");
    }

    /// <summary>The <c>id</c> of the session in an answer.</summary>
    /// <exception cref="JsonException">It has none.</exception>
    public static string ReadSessionId(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        if (!FindProperty(ref reader, "session"u8))
        {
            throw new JsonException("An answer without a session.");
        }

        return ReadId(answer[(int)reader.TokenStartIndex..]);
    }

    /// <summary>Moves the reader to the value of a property of the outermost object.</summary>
    private static bool FindProperty(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
