using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls;

/// <summary>Has a call that exists already answer a request for a new one.</summary>
/// <remarks>
/// Nowhere else does the grain of one call wait for the grain of another. Only the grain of a call that is not in the database waits,
/// and only for one that is: the grains cannot wait for each other in a circle.
/// </remarks>
/// <param name="grains">Finds the calls' grains.</param>
/// <param name="clock">The clock.</param>
internal sealed class ExistingCalls(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>
    /// How long somebody who asks for a call waits to hear whether the one before may end. Its silo may stand still, or, while a release is
    /// rolled out, be one of the release before, which does not know the question.
    /// </summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Has the call that rings between the two already answer: its initiator gets a new token, and its recipient, by calling back,
    /// has answered.
    /// </summary>
    /// <param name="callId">The call that rings.</param>
    /// <param name="request">What was asked for.</param>
    /// <returns>
    /// The answer; null where that call has ended in the meantime, or the key of the request was used in the meantime: the new call
    /// is then to be tried again.
    /// </returns>
    public async Task<CallResult?> AnswerWithRingingCall(string callId, CreateCall request)
    {
        var result = await RequestToken(callId, request.Initiator, request);
        return result.Code switch
        {
            CallResultCode.Ok => AsExisting(result, request.Initiator),
            CallResultCode.Ended or CallResultCode.NotFound or CallResultCode.KeyReused => null,
            _ => result,
        };
    }

    /// <summary>Has the call that a request with the same key was answered with before answer it again.</summary>
    /// <param name="key">The key, and the call that holds it.</param>
    /// <param name="caller">Who asks.</param>
    public async Task<CallResult> AnswerAgain(HeldClaim key, Caller caller)
    {
        if (!key.HasSameBody)
        {
            return new CallResult { Code = CallResultCode.KeyReused };
        }

        var result = await RequestToken(key.HolderId, caller);
        return result.Code switch
        {
            CallResultCode.Ok when !key.IsFirst => AsExisting(result, caller),
            CallResultCode.Ended when result.Session?.EndReason == EndReason.Busy =>
                result with { Code = CallResultCode.Busy, Detail = CallDraft.CalleeIsBusy },
            // Calls may be kept for a shorter time than keys.
            CallResultCode.NotFound => new CallResult { Code = CallResultCode.Ended },
            _ => result,
        };
    }

    /// <summary>Has the ACTIVE call of somebody who asks for another one end, where its participant is known to be gone from it.</summary>
    /// <param name="callId">The ACTIVE call.</param>
    /// <param name="caller">Who asks for another call.</param>
    /// <returns>
    /// The refusal, without the ACTIVE call where its grain does not answer; null where that call has ended: the new call is then to be
    /// tried again.
    /// </returns>
    /// <remarks>
    /// Whoever has a connection may be in the call, on whichever device: a page that was loaded again after a crash looks like one that
    /// came back after a moment without network. Only the person can tell, and is asked.
    /// </remarks>
    public async Task<CallResult?> Leave(string callId, Caller caller)
    {
        CallResult result;
        try
        {
            result = await grains.GetCall(callId).Leave(caller).WaitAsync(LeaveTimeout, clock);
        }
        catch (Exception)
        {
            // The record says that the caller is in that call, and nobody says otherwise.
            return InCall(session: null);
        }

        return result.Session is { Status: CallStatus.Active } session ? InCall(session) : null;
    }

    private Task<CallResult> RequestToken(string callId, Caller caller, CreateCall? inPlaceOf = null) =>
        grains.GetCall(callId).RequestToken(new RequestToken(caller, CredentialRole.Host, DeviceId: null, inPlaceOf));

    private static CallResult InCall(CallSession? session) =>
        new() { Code = CallResultCode.InCall, Session = session, Detail = "You are in another call; end it first." };

    private static CallResult AsExisting(CallResult result, Caller caller) => result with
    {
        Code = result.Session!.InitiatorId == caller.UserId ? CallResultCode.AlreadyCalling : CallResultCode.AlreadyRinging,
    };
}
