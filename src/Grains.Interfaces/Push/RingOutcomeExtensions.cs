namespace Fayo.Calls;

/// <summary>Finds out what became of a ring.</summary>
public static class RingOutcomes
{
    extension(CallSession session)
    {
        /// <summary>What became of the ring of this call; null while it rings.</summary>
        public RingOutcome? RingOutcome => session switch
        {
            { Rings: true } => null,
            { AnsweredAt: not null } => Calls.RingOutcome.AnsweredElsewhere,
            { EndReason: EndReason.Declined or EndReason.AdminEnded } => Calls.RingOutcome.Ended,
            _ => Calls.RingOutcome.Missed,
        };
    }
}
