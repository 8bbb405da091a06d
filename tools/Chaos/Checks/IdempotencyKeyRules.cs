using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>Which calls the requests with one Idempotency-Key may be answered with.</summary>
internal static class IdempotencyKeyRules
{
    /// <summary>
    /// Finds keys that opened more than one call. A key may be answered with a call that rang already; once that call has ended,
    /// the key may open a call of its own.
    /// </summary>
    /// <param name="number">The number in the plan of the call that was requested.</param>
    /// <param name="answers">The recorded calls that the key was answered with, each once.</param>
    public static IEnumerable<Violation> Check(int number, IEnumerable<CallView> answers)
    {
        CallView? previous = null;
        foreach (var call in answers.OrderBy(call => call.CreatedAt))
        {
            var hadEnded = previous?.EndedAt <= call.CreatedAt + ArbitrationRules.MaxWriteDelay;
            if (previous is not null && (previous.Metadata?.Plan == number || !hadEnded))
            {
                yield return new Violation(previous.Id, $"The same Idempotency-Key gave {call.Id} as well.");
            }

            previous = call;
        }
    }
}
