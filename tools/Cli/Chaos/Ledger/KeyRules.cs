namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>What the requests with one Idempotency-Key may be answered with.</summary>
internal static class KeyRules
{
    /// <summary>
    /// A key opens one call. Where it was answered with a call that rang already, that answer holds as long as that call is open:
    /// after that the key may open its own.
    /// </summary>
    /// <param name="number">The place in the plan of the call that was asked for.</param>
    /// <param name="answers">The calls on record that the key was answered with, each once.</param>
    public static IEnumerable<Violation> Check(int number, IEnumerable<CallView> answers)
    {
        CallView? before = null;
        foreach (var call in answers.OrderBy(call => call.CreatedAt))
        {
            if (before is not null && (before.Metadata?.Plan == number || !(before.EndedAt <= call.CreatedAt + ArbitrationRules.WrittenWithin)))
            {
                yield return new Violation(before.Id, $"The same Idempotency-Key gave {call.Id} as well.");
            }

            before = call;
        }
    }
}
