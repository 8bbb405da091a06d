using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Calls to write.</summary>
internal static class Calls
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static CallState New(
        string? id = null, string? channel = null, string initiator = "ann", string? recipient = "ben", DateTimeOffset? at = null)
    {
        var created = at ?? Noon;
        id ??= CallIds.New(created);
        return new CallState
        {
            Session = new CallSession
            {
                Id = id,
                Version = 2,
                Status = CallStatus.Pending,
                CallType = CallType.Video,
                ChannelName = channel ?? "channel_of_" + id,
                InitiatorId = initiator,
                RecipientId = recipient,
                CreatedAt = created,
                UpdatedAt = created,
                ExpiresAt = created.AddHours(1),
                RingDeadline = created.AddSeconds(45),
            },
            NextDeadline = created.AddSeconds(45),
        };
    }

    public static CallState Next(CallState state) => state with { Session = state.Session with { Version = state.Session.Version + 1 } };

    public static CallState Ended(CallState state, DateTimeOffset? at = null) => state with
    {
        Session = state.Session with
        {
            Version = state.Session.Version + 1,
            Status = CallStatus.Completed,
            EndedAt = at ?? Noon.AddMinutes(5),
            EndReason = EndReason.Hangup,
        },
        NextDeadline = null,
    };

    public static CallState Answered(CallState state) => state with
    {
        Session = state.Session with { Version = state.Session.Version + 1, Status = CallStatus.Ringing, AnsweredAt = Noon },
    };

    public static CallState Active(CallState state) => state with
    {
        Session = state.Session with
        {
            Version = state.Session.Version + 1,
            Status = CallStatus.Active,
            AnsweredAt = Noon,
            StartedAt = Noon,
        },
    };

    public static CallEvent Note(int version) =>
        new() { Version = version, At = Noon, Kind = TimelineKind.Note, Status = CallStatus.Pending };

    public static CallEvent[] Opening(CallState state) =>
    [
        new CallEvent
        {
            Version = 1,
            At = state.Session.CreatedAt,
            Kind = TimelineKind.Created,
            By = state.Session.InitiatorId,
            Status = CallStatus.Pending,
        },
        new CallEvent { Version = 2, At = state.Session.CreatedAt, Kind = TimelineKind.Invited, Status = CallStatus.Pending },
    ];
}
