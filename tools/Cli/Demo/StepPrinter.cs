using System.Diagnostics;
using Fayo.Calls.Tools;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Cli.Demo;

/// <summary>Runs the steps of the demo, and prints a line for each with the time that it took.</summary>
/// <param name="colors">Colours the lines.</param>
internal sealed class StepPrinter(TerminalColors colors)
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(10);

    private int _number;

    /// <summary>Runs a step and prints it.</summary>
    /// <param name="title">What happens in the step.</param>
    /// <param name="run">Does it.</param>
    /// <param name="describe">What is printed of the result.</param>
    /// <param name="cancellationToken">Cancels the step.</param>
    /// <returns>The result.</returns>
    /// <exception cref="CommandFailedException">The step failed, or took longer than 10 seconds.</exception>
    public async Task<T> RunAsync<T>(
        string title, Func<CancellationToken, Task<T>> run, Func<T, string> describe, CancellationToken cancellationToken)
    {
        _number++;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StepTimeout);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = await run(limit.Token);
            var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await Console.Out.WriteLineAsync(
                $"{colors.Faint($"{_number}.")} {title,-41}{colors.Faint($"{milliseconds,7:0.0} ms")}  {colors.Green(describe(result))}");
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"{title}: nothing happened within {StepTimeout.TotalSeconds:0} seconds.");
        }
        catch (Exception failure) when (failure is CommandFailedException or HubException or HttpRequestException)
        {
            throw new CommandFailedException($"{title}: {failure.Message}");
        }
    }
}
