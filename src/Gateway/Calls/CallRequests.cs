namespace Fayo.Calls.Gateway.Calls;

/// <summary>Asks the grains of calls, again where the cluster was just changing.</summary>
/// <remarks>
/// While a silo joins, leaves or is found dead, a request may be refused though another silo could take it a moment later. All requests
/// of a call can be repeated: what has happened already is answered as it was. What the database could not do is not repeated here.
/// </remarks>
internal static class CallRequests
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(900)];

    extension(IGrainFactory grains)
    {
        /// <summary>Creates a call. Each attempt has an id of its own: the one before may have created its call after all.</summary>
        /// <param name="request">The call.</param>
        /// <param name="placement">Places its grain.</param>
        /// <param name="time">The clock.</param>
        /// <exception cref="OrleansException">The cluster or the database cannot do it at the moment.</exception>
        /// <exception cref="TimeoutException">There was no answer.</exception>
        public Task<CallResult> CreateCallAsync(CreateCall request, ICallPlacement placement, TimeProvider time) => RepeatAsync(
            (grains, request, placement, time),
            static it =>
            {
                var call = it.grains.GetCall(CallIds.New(it.time.GetUtcNow()));
                it.placement.PlaceHere(call);
                return call.Create(it.request);
            },
            time);

        /// <summary>Asks something of a call.</summary>
        /// <inheritdoc cref="CreateCallAsync" path="/exception"/>
        public Task<CallResult> AskCallAsync<TRequest>(
            string callId, TRequest request, Func<ICallSessionGrain, TRequest, Task<CallResult>> ask, TimeProvider time) =>
            RepeatAsync((call: grains.GetCall(callId), request, ask), static it => it.ask(it.call, it.request), time);
    }

    internal static async Task<TResult> RepeatAsync<TState, TResult>(TState state, Func<TState, Task<TResult>> ask, TimeProvider time)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask(state);
            }
            catch (OrleansException e) when (e is not CallStoreUnavailableException && attempt < Pauses.Length)
            {
                await Task.Delay(Pauses[attempt], time);
            }
        }
    }
}
