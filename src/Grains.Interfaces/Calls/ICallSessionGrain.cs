namespace Fayo.Calls;

/// <summary>
/// One call session: owns its status and the issue of its tokens. Every change is in the database before it is answered
/// or told. The key is the call's id.
/// </summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached; the
/// outcome is then unknown and the request may be repeated.</remarks>
[Alias("Fayo.ICallSessionGrain")]
public interface ICallSessionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Opens the session and has the recipient rung; or, where a call between the two rings already, answers with that one:
    /// <see cref="CallResultCode.AlreadyCalling"/>, <see cref="CallResultCode.AlreadyRinging"/>. A request whose key was used
    /// before is answered with the session that it was answered with then.
    /// </summary>
    [Alias("Create")]
    Task<CallResult> Create(CreateCall request);

    /// <summary>Issues a token; for the recipient's first device this is the answer.</summary>
    [Alias("IssueToken")]
    Task<CallResult> RequestToken(RequestToken request);

    /// <summary>Confirms, hangs up, cancels or declines.</summary>
    [Alias("SetStatus")]
    Task<CallResult> SetStatus(SetStatus request);

    /// <summary>Ends the call on behalf of staff; refused with <see cref="CallResultCode.NotPossible"/> once it has ended.</summary>
    [Alias("Dismiss")]
    Task<CallResult> End(EndCall request);

    /// <summary>A device of the recipient says that it rings.</summary>
    [Alias("Acknowledge")]
    Task<CallResult> Acknowledge(AcknowledgeInvitation request);

    /// <summary>The call as it is, for its participants and for staff.</summary>
    [Alias("Read")]
    Task<CallResult> Read(Caller caller);

    /// <summary>As <see cref="Read"/>; a member of staff is notified of every change from then on.</summary>
    [Alias("Join")]
    Task<CallResult> Watch(Caller caller);

    /// <summary>
    /// Says whether a participant's device may send the other participant a signal, and whom it is then for. Of the recipient
    /// only the device that answered takes part; where it has no name, all do. Nothing is written.
    /// </summary>
    [Alias("AddressSignal")]
    Task<CallResult> AddressSignal(Caller caller, string deviceId);

    /// <summary>
    /// Ends the call where its initiator has lost every connection and nobody has confirmed the call; called by the initiator's grain when
    /// the time to come back is over.
    /// </summary>
    [Alias("CheckCaller")]
    Task CheckCaller();

    /// <summary>
    /// A participant asks for another call. Where the participant is known to be gone from this one, confirmed as it is, it ends as lost.
    /// </summary>
    /// <returns>The call after that; open where the participant may still be in it.</returns>
    [Alias("Leave")]
    Task<CallResult> Leave(Caller caller);

    /// <summary>
    /// Takes the ring away from the recipient's devices, because the recipient has blocked the initiator: the row says so already. For the
    /// initiator nothing changes. Does nothing where the call does not ring.
    /// </summary>
    /// <param name="recipientId">Who has blocked the initiator.</param>
    [Alias("Silence")]
    Task Silence(string recipientId);

    /// <summary>
    /// Checks the call's deadlines, reminds devices that have not acknowledged, and asks whether anybody is still connected;
    /// called by the sweep when it is time for one of these.
    /// </summary>
    /// <returns>When to check again; null once the call has ended.</returns>
    [Alias("CheckDeadlines")]
    Task<CallCheck?> CheckDeadlines();
}
