using System.Text.Json.Serialization;

namespace Fayo.Calls.Grains.Calls.Admission;

/// <summary>Why a call rings on no device of its recipient, while its initiator sees a call that rings. The names are those of the
/// database.</summary>
public enum CallSilence
{
    /// <summary>The recipient has blocked the initiator, and never hears of the call.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>The recipient does not want to be disturbed, and hears of the call once it has ended.</summary>
    [JsonStringEnumMemberName("do_not_disturb")] DoNotDisturb,
}
