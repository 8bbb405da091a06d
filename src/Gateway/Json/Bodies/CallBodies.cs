using System.Text.Json;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The answer to a request that changed a call.</summary>
internal sealed record CallBody(string Message, SessionBody Session) : IJsonBody
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("message", Message);
        json.WritePropertyName("session");
        Session.WriteTo(json);
        json.WriteEndObject();
    }
}

/// <summary>A page of calls.</summary>
internal sealed record CallPageBody(IReadOnlyList<SessionBody> Items, string? NextCursor);

/// <summary>An entry of a call's timeline.</summary>
internal sealed record TimelineEntryBody(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail)
{
    /// <summary>The body of an entry, as far as a caller may see it.</summary>
    /// <remarks>
    /// Staff see everything. A participant sees no device of the other side. Of somebody who takes no part in the call, such as a
    /// member of staff who watches it, a participant sees only that they ended it, as the call itself tells.
    /// </remarks>
    /// <param name="entry">The entry.</param>
    /// <param name="session">The call.</param>
    /// <param name="caller">Who reads it.</param>
    public static TimelineEntryBody Of(TimelineEntry entry, CallSession session, Caller caller)
    {
        var isOwn = caller.IsStaff || entry.By == caller.UserId;
        var isStrangers = !caller.IsStaff && entry is { By: { } by, Kind: not TimelineKind.Ended } && !session.HasParticipant(by);
        return new(
            entry.Version,
            entry.At,
            entry.Kind,
            isStrangers ? null : entry.By,
            isOwn ? entry.Device : null,
            entry.Status,
            isStrangers ? null : entry.Detail);
    }
}
