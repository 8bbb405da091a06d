namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>A claim that kept a call from being written.</summary>
/// <param name="CallId">The call that was not written.</param>
/// <param name="Claim">The claim's key.</param>
/// <param name="HolderId">The call that holds it.</param>
/// <param name="Body">For the key of a request: the digest of what was asked for. Else empty.</param>
/// <param name="IsFirst">True where the holder took it with its first write.</param>
internal readonly record struct ClaimConflict(string CallId, string Claim, string HolderId, string Body, bool IsFirst);
