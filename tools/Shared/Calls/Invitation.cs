using System.Diagnostics;

namespace Fayo.Calls.Tools.Calls;

/// <summary>An invitation that a callee received.</summary>
/// <param name="CallId">The call.</param>
/// <param name="ReceivedAt">When, as <see cref="Stopwatch.GetTimestamp"/>.</param>
public readonly record struct Invitation(string CallId, long ReceivedAt);
