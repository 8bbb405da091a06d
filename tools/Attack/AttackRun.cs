using Fayo.Calls.Attack.Abuses;
using Fayo.Calls.Attack.Load;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Attack;

/// <summary>Tries one abuse after another beside the same normal load.</summary>
/// <param name="service">The service, on this machine.</param>
/// <param name="processId">The service's process, for its memory.</param>
/// <param name="length">How long each abuse lasts.</param>
/// <param name="perSecond">How many requests, or messages, an abuse sends in a second at most.</param>
internal sealed class AttackRun(Uri service, int processId, TimeSpan length, int perSecond)
{
    private const double Megabyte = 1024 * 1024;
    private const double SettledGrowth = 40;

    /// <summary>How long the service may take to return the memory of an abuse.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(30);

    /// <summary>How long normal users are left alone after an abuse, so that its traces do not count as "before" of the next.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Tries the abuses, and prints a line for each.</summary>
    /// <exception cref="CommandFailedException">The service has ended, or normal users cannot connect.</exception>
    public async Task<IReadOnlyList<AbuseResult>> RunAsync(IReadOnlyList<IAbuse> abuses, CancellationToken cancellationToken)
    {
        var signer = JwtSigner.FromEnvironment();
        var results = new List<AbuseResult>();
        await using var load = new NormalLoad(service, signer);
        await load.StartAsync(cancellationToken);
        // The first calls are slower than all others: the service compiles its code.
        await Task.Delay(length, cancellationToken);
        await AttackReport.PrintHeadingAsync();
        foreach (var abuse in abuses)
        {
            var result = await TryAsync(abuse, load, signer, cancellationToken);
            await AttackReport.PrintAsync(result);
            results.Add(result);
        }

        return results;
    }

    private async Task<AbuseResult> TryAsync(IAbuse abuse, NormalLoad load, JwtSigner signer, CancellationToken cancellationToken)
    {
        var before = load.BeginWindow();
        await Task.Delay(length, cancellationToken);
        var memoryBefore = ReadMemory();

        var during = load.BeginWindow();
        var attacker = new Attacker(service, signer, new Pace(perSecond));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stopping.CancelAfter(length);
        await abuse.RunAsync(attacker, stopping.Token);
        cancellationToken.ThrowIfCancellationRequested();
        load.BeginWindow();

        await Task.Delay(Recovery, cancellationToken);
        var memoryAfter = ReadMemory();
        for (var waited = TimeSpan.Zero; waited < SettleTime && memoryAfter > memoryBefore + SettledGrowth; waited += PollInterval)
        {
            await Task.Delay(PollInterval, cancellationToken);
            memoryAfter = ReadMemory();
        }

        return new AbuseResult(
            abuse.Name,
            before.Invitations,
            during.Invitations,
            during.Errors,
            during.LeftOut,
            attacker.Answers,
            memoryBefore,
            memoryAfter);
    }

    private double ReadMemory() => ProcessUsage.ResidentBytes(processId) is > 0 and var bytes
        ? bytes / Megabyte
        : throw new CommandFailedException("The service has ended.");
}
