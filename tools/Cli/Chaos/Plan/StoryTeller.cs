namespace Fayo.Calls.Cli.Chaos.Plan;

/// <summary>Invents calls.</summary>
/// <param name="dice">Where all that is random comes from.</param>
/// <param name="users">For each user, the device behind each connection.</param>
internal sealed class StoryTeller(Dice dice, IReadOnlyList<IReadOnlyList<string>> users)
{
    private enum Story
    {
        RingsOut,
        GivesUp,
        Declines,
        Talks,
    }

    /// <summary>Invents a call.</summary>
    /// <param name="number">Its place in the plan.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="before">The call before it, to which it may be the counterpart.</param>
    public PlannedCall Tell(int number, TimeSpan at, PlannedCall? before)
    {
        var (initiator, recipient) = ChoosePair(before);
        return new PlannedCall
        {
            Number = number,
            At = at,
            Initiator = initiator,
            Recipient = recipient,
            HasKey = dice.Chance(0.6),
            Twice = dice.Chance(0.1),
            Acknowledgements = [.. users[recipient].Select(_ => dice.Chance(0.7) ? dice.Span(0, 0.5) : (TimeSpan?)null)],
            Steps = [.. Invent(initiator, recipient).OrderBy(step => step.After)],
        };
    }

    private (int Initiator, int Recipient) ChoosePair(PlannedCall? before)
    {
        const double BackToTheCaller = 0.1;
        const double OnceMore = 0.05;
        if (before is not null && dice.Chance(BackToTheCaller))
        {
            return (before.Recipient, before.Initiator);
        }

        if (before is not null && dice.Chance(OnceMore))
        {
            return (before.Initiator, before.Recipient);
        }

        var initiator = dice.Whole(0, users.Count - 1);
        var recipient = dice.Whole(0, users.Count - 2);
        return (initiator, recipient < initiator ? recipient : recipient + 1);
    }

    private IEnumerable<PlannedStep> Invent(int initiator, int recipient)
    {
        PlannedStep Step(TimeSpan after, StepKind kind, bool byInitiator) => new(
            after,
            kind,
            byInitiator,
            dice.Whole(0, users[byInitiator ? initiator : recipient].Count - 1),
            OverHub: dice.Chance(0.4),
            Twice: dice.Chance(0.15));

        var story = dice.Pick((3, Story.RingsOut), (4, Story.GivesUp), (3, Story.Declines), (10, Story.Talks));
        var decided = dice.Chance(0.2) ? dice.Span(0, 0.1) : dice.Span(0.1, 5);
        if (dice.Chance(0.2))
        {
            yield return Step(dice.Span(0, 4), StepKind.Look, dice.Chance(0.5));
        }

        switch (story)
        {
            case Story.GivesUp:
                yield return Step(decided, StepKind.Cancel, byInitiator: true);
                break;
            case Story.Declines:
                yield return Step(decided, StepKind.Cancel, byInitiator: false);
                break;
            case Story.Talks:
                yield return Step(decided, StepKind.Token, byInitiator: false);
                if (dice.Chance(0.3))
                {
                    yield return Step(decided, StepKind.Token, byInitiator: false);
                }

                if (dice.Chance(0.1))
                {
                    yield return Step(decided, StepKind.Cancel, byInitiator: dice.Chance(0.5));
                }

                foreach (var step in Talk(decided, Step))
                {
                    yield return step;
                }

                break;
        }
    }

    private IEnumerable<PlannedStep> Talk(TimeSpan answered, Func<TimeSpan, StepKind, bool, PlannedStep> step)
    {
        var confirmed = answered + dice.Span(0.02, 1);
        if (dice.Chance(0.8))
        {
            yield return step(confirmed, StepKind.Confirm, false);
        }

        if (dice.Chance(0.4))
        {
            yield return step(confirmed, StepKind.Confirm, true);
        }

        var over = confirmed + dice.Span(0, 5);
        if (dice.Chance(0.2))
        {
            yield return step(over, StepKind.Token, dice.Chance(0.5));
        }

        yield return step(over, dice.Chance(0.85) ? StepKind.HangUp : StepKind.Cancel, dice.Chance(0.5));
        if (dice.Chance(0.2))
        {
            yield return step(over, StepKind.HangUp, dice.Chance(0.5));
        }
    }
}
