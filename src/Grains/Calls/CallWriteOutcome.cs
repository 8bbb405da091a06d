using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What became of a <see cref="CallWrite"/>. Only <see cref="Written"/> changed anything in the database.</summary>
public abstract record CallWriteOutcome
{
    private CallWriteOutcome()
    {
    }

    /// <summary>The change is committed.</summary>
    public sealed record Written : CallWriteOutcome
    {
        /// <summary>The only instance: this outcome is the common one and costs no allocation.</summary>
        public static readonly Written Instance = new();

        private Written()
        {
        }

        /// <summary>For a new call: why it rings on no device of its recipient; null where it rings.</summary>
        public CallSilence? Silence { get; init; }
    }

    /// <summary>The database holds another version than the expected one, or a call with the id of the new call.</summary>
    public sealed record OtherVersion : CallWriteOutcome
    {
        /// <summary>The only instance.</summary>
        public static readonly OtherVersion Instance = new();

        private OtherVersion()
        {
        }
    }

    /// <summary>The call is new, and another open call has its media channel.</summary>
    public sealed record ChannelInUse : CallWriteOutcome
    {
        /// <summary>The only instance.</summary>
        public static readonly ChannelInUse Instance = new();

        private ChannelInUse()
        {
        }
    }

    /// <summary>Other calls hold what this call was to take or requires.</summary>
    /// <param name="Held">Which claims, and which calls hold them; at least one.</param>
    public sealed record ClaimHeld(IReadOnlyList<HeldClaim> Held) : CallWriteOutcome
    {
        /// <summary>The held claim with the key of this one; null where no other call holds it.</summary>
        /// <param name="claim">The claim.</param>
        public HeldClaim? Find(CallClaim claim) => Held.FirstOrDefault(held => held.Claim.Key == claim.Key);

        /// <summary>The held claim of a kind of which a call has at most one; null where no other call holds that claim.</summary>
        /// <param name="kind">The kind.</param>
        public HeldClaim? Find(CallClaimKind kind) => Held.FirstOrDefault(held => held.Claim.Kind == kind);
    }

    /// <summary>The call is new, and its initiator has reached a limit.</summary>
    /// <param name="Limit">Which one.</param>
    /// <param name="RetryAfter">After how many seconds the initiator may try again, at least 1.</param>
    public sealed record LimitReached(CallLimit Limit, int RetryAfter) : CallWriteOutcome;

    /// <summary>The database does not accept the data and never will: there is a NUL character in a text, say.</summary>
    /// <param name="Reason">Why, in words that hold nothing of the data.</param>
    public sealed record Refused(string Reason) : CallWriteOutcome;
}
