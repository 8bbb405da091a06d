using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules;

/// <summary>On which conditions a user's new call may be written.</summary>
internal static class AdmissionRules
{
    /// <summary>The conditions for a call.</summary>
    /// <param name="initiator">Who calls.</param>
    /// <param name="options">The limits.</param>
    public static CallAdmission Of(Caller initiator, CallOptions options) => new(
        initiator.IsStaff ? options.StaffQuota : options.Quota,
        options.MaxCancelledCalls,
        options.CancelCooldown,
        IsOneOf(options.BlockingOverriddenBy, initiator),
        IsOneOf(options.DoNotDisturbOverriddenBy, initiator));

    private static bool IsOneOf(IReadOnlyList<string> roles, Caller user) =>
        user.Role is { } role && roles.Contains(role, StringComparer.Ordinal);
}
