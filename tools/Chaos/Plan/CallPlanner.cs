namespace Fayo.Calls.Chaos.Plan;

/// <summary>Makes random calls for a plan.</summary>
/// <param name="random">Makes the random choices.</param>
/// <param name="users">For each user, the device behind each connection.</param>
internal sealed class CallPlanner(SeededRandom random, IReadOnlyList<IReadOnlyList<string>> users)
{
    private enum Scenario
    {
        NobodyAnswers,
        InitiatorCancels,
        RecipientDeclines,
        Conversation,
    }

    /// <summary>Makes a call.</summary>
    /// <param name="number">Its number in the plan.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="previous">The call before it; null for the first. The call may be between the same two users.</param>
    public PlannedCall Plan(int number, TimeSpan at, PlannedCall? previous)
    {
        var (initiator, recipient) = ChooseUsers(previous);
        return new PlannedCall
        {
            Number = number,
            At = at,
            Initiator = initiator,
            Recipient = recipient,
            HasKey = random.NextBool(0.6),
            Twice = random.NextBool(0.1),
            Acknowledgements = [.. users[recipient].Select(_ => random.NextBool(0.7) ? random.NextDuration(0, 0.5) : (TimeSpan?)null)],
            Steps = [.. MakeSteps(initiator, recipient).OrderBy(step => step.After)],
        };
    }

    private (int Initiator, int Recipient) ChooseUsers(PlannedCall? previous)
    {
        const double CallsBackProbability = 0.1;
        const double RepeatsProbability = 0.05;
        if (previous is not null && random.NextBool(CallsBackProbability))
        {
            return (previous.Recipient, previous.Initiator);
        }

        if (previous is not null && random.NextBool(RepeatsProbability))
        {
            return (previous.Initiator, previous.Recipient);
        }

        var initiator = random.NextInteger(0, users.Count - 1);
        var recipient = random.NextInteger(0, users.Count - 2);
        return (initiator, recipient < initiator ? recipient : recipient + 1);
    }

    private IEnumerable<PlannedStep> MakeSteps(int initiator, int recipient)
    {
        PlannedStep Step(TimeSpan after, StepKind kind, bool byInitiator) => new(
            after,
            kind,
            byInitiator,
            random.NextInteger(0, users[byInitiator ? initiator : recipient].Count - 1),
            OverHub: random.NextBool(0.4),
            Twice: random.NextBool(0.15));

        var scenario = random.NextWeighted(
            (3, Scenario.NobodyAnswers), (4, Scenario.InitiatorCancels), (3, Scenario.RecipientDeclines), (10, Scenario.Conversation));
        var decidedAt = random.NextBool(0.2) ? random.NextDuration(0, 0.1) : random.NextDuration(0.1, 5);
        if (random.NextBool(0.2))
        {
            yield return Step(random.NextDuration(0, 4), StepKind.Read, random.NextBool(0.5));
        }

        switch (scenario)
        {
            case Scenario.InitiatorCancels:
                yield return Step(decidedAt, StepKind.Cancel, byInitiator: true);
                break;
            case Scenario.RecipientDeclines:
                yield return Step(decidedAt, StepKind.Cancel, byInitiator: false);
                break;
            case Scenario.Conversation:
                yield return Step(decidedAt, StepKind.Token, byInitiator: false);
                if (random.NextBool(0.3))
                {
                    yield return Step(decidedAt, StepKind.Token, byInitiator: false);
                }

                if (random.NextBool(0.1))
                {
                    yield return Step(decidedAt, StepKind.Cancel, byInitiator: random.NextBool(0.5));
                }

                foreach (var step in MakeConversation(decidedAt, Step))
                {
                    yield return step;
                }

                break;
        }
    }

    private IEnumerable<PlannedStep> MakeConversation(TimeSpan answeredAt, Func<TimeSpan, StepKind, bool, PlannedStep> step)
    {
        var confirmedAt = answeredAt + random.NextDuration(0.02, 1);
        if (random.NextBool(0.8))
        {
            yield return step(confirmedAt, StepKind.Confirm, false);
        }

        if (random.NextBool(0.4))
        {
            yield return step(confirmedAt, StepKind.Confirm, true);
        }

        var endedAt = confirmedAt + random.NextDuration(0, 5);
        if (random.NextBool(0.2))
        {
            yield return step(endedAt, StepKind.Token, random.NextBool(0.5));
        }

        yield return step(endedAt, random.NextBool(0.85) ? StepKind.HangUp : StepKind.Cancel, random.NextBool(0.5));
        if (random.NextBool(0.2))
        {
            yield return step(endedAt, StepKind.HangUp, random.NextBool(0.5));
        }
    }
}
