using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.DataProtection;

/// <summary>
/// Lets one export or erasure at a time through a silo, for a limited time. Each may read whole tables and holds a connection of the pool
/// that reads of calls and the sweep need, too.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PersonalDataLimit(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _place = new(1);

    /// <summary>Runs a request, or answers with 503 where another one runs or it takes too long.</summary>
    /// <param name="http">The request.</param>
    /// <param name="run">What to do; its token is cancelled when the time is over or the client is gone.</param>
    public async Task<IResult> RunAsync(HttpContext http, Func<CancellationToken, Task<IResult>> run)
    {
        if (!await _place.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return new ProblemResult(ApiError.Overloaded);
        }

        try
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
            try
            {
                return await run(either.Token);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                return new ProblemResult(ApiError.Unavailable);
            }
        }
        finally
        {
            _place.Release();
        }
    }

    public void Dispose() => _place.Dispose();
}
