using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls;

/// <summary>A change of a call that is to be written: everything in it is committed together or not at all.</summary>
/// <param name="CallId">The call.</param>
/// <param name="ExpectedVersion">The version that the change was made from; null for a new call.</param>
/// <param name="State">The call after the change.</param>
/// <param name="Events">The steps that led to it, oldest first.</param>
/// <param name="Claims">What the call takes, requires and releases with this change.</param>
/// <param name="Admission">For a new call: on which conditions it is written. Null where there are none.</param>
public sealed record CallWrite(
    string CallId,
    int? ExpectedVersion,
    CallState State,
    IReadOnlyList<CallEvent> Events,
    CallClaims Claims,
    CallAdmission? Admission = null);
