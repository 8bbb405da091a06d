using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>Applies a step to a call. This is the only place where the state of a call changes.</summary>
internal static class EventReplay
{
    /// <summary>Makes the state after a step from the state before it.</summary>
    /// <param name="state">The state before; null before <see cref="TimelineKind.Created"/>.</param>
    /// <param name="step">The step.</param>
    /// <param name="options">How long things may take.</param>
    /// <exception cref="ArgumentException">The first event is not one that creates a session.</exception>
    public static CallState Apply(CallState? state, CallEvent step, CallOptions options)
    {
        var before = state?.Session ?? step.Created
            ?? throw new ArgumentException("The first event has to create the session.", nameof(step));
        var details = state?.Details ?? CallDetails.Empty;
        var (isAnswer, isEnd) = (step.Kind == TimelineKind.Answered, step.Kind == TimelineKind.Ended);
        // One copy for each step: a session is large.
        var after = before with
        {
            Version = step.Version,
            Status = step.Status,
            UpdatedAt = step.At,
            RingDeadline = step.RingDeadline ?? before.RingDeadline,
            ExpiresAt = step.ExpiresAt ?? before.ExpiresAt,
            RecipientId = isAnswer ? step.By : before.RecipientId,
            AnsweredAt = isAnswer ? step.At : before.AnsweredAt,
            StartedAt = step.Kind == TimelineKind.Active ? step.At : before.StartedAt,
            EndedAt = isEnd ? step.At : before.EndedAt,
            EndReason = isEnd ? step.EndReason : before.EndReason,
            EndedBy = isEnd ? step.By : before.EndedBy,
        };

        switch (step.Kind)
        {
            case TimelineKind.Created:
                details = details.WithDevice(before.InitiatorId, deviceId: null, hasToken: true) with
                {
                    TokenLifetime = step.TokenLifetime,
                };
                break;
            case TimelineKind.Delivered:
                details = details.WithDevice(step.By!, step.Device, isDelivered: true);
                break;
            case TimelineKind.Pushed:
                details = details.WithDevice(step.By!, step.Device, isPushed: true);
                break;
            case TimelineKind.Ringing:
                details = details.WithDevice(step.By!, step.Device, rings: true);
                break;
            case TimelineKind.Answered:
                details = details with { AnsweredDevice = step.Device, IsAnsweredUnnamed = step.IsUnnamed };
                break;
            case TimelineKind.TokenIssued:
                details = details.WithDevice(step.By!, step.Device, hasToken: true);
                if (AnsweringDevice.MovesTo(step, before.RecipientId, details))
                {
                    details = details with { AnsweredDevice = step.Device };
                }

                break;
            case TimelineKind.Note when step.Watches:
                details = details with { Watchers = details.Watchers.Add(step.By!) };
                break;
            case TimelineKind.Note when step.IsAttempt:
                details = details with { Attempts = details.Attempts + 1 };
                break;
        }

        return new CallState
        {
            Session = after,
            Details = details,
            NextDeadline = Deadlines.NextCheck(after, after.UpdatedAt, options),
            Silence = state?.Silence,
        };
    }
}
