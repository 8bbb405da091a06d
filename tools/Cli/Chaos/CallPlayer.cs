using System.Globalization;
using System.Text.Json;
using Fayo.Calls.Cli.Chaos.Plan;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>Makes the calls of a plan, and does what the plan says with each.</summary>
/// <param name="run">Tells this run's keys from those of others.</param>
/// <param name="users">The users, in the order of the plan.</param>
/// <param name="rest">The way to the service where the hub is not it.</param>
/// <param name="tally">Is told what happened.</param>
internal sealed class CallPlayer(string run, IReadOnlyList<ChaosUser> users, ChaosRest rest, Tally tally)
{
    private static readonly TimeSpan HubLimit = TimeSpan.FromSeconds(10);

    /// <summary>Makes a call, and waits until everything that is to happen in it has happened.</summary>
    public async Task PlayAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        if (await CreateAsync(call, cancellationToken) is { } callId)
        {
            await Task.WhenAll(call.Steps.Select(step => TakeStepAsync(call, callId, step, cancellationToken)));
        }
    }

    /// <returns>The call's id; null where the service did not answer with one.</returns>
    private async Task<string?> CreateAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        var initiator = users[call.Initiator];
        var body = new { recipientId = users[call.Recipient].Id, callType = "VIDEO", metadata = new { plan = call.Number } };
        var headers = call.HasKey ? initiator.HeadersWithKey($"{run}-{call.Number}") : initiator.Headers;

        // Without a key a request whose outcome is unknown is not repeated: it would be another call.
        async Task<Answer?> AskAsync() => call.HasKey
            ? await rest.InsistAsync("POST", "calls/session", headers, body, cancellationToken)
            : await rest.AskAsync("POST", "calls/session", headers, body);

        var answers = await Task.WhenAll(Enumerable.Range(0, call.Twice ? 2 : 1).Select(_ => AskAsync()));
        var ids = new List<string>();
        foreach (var answer in answers)
        {
            tally.Count($"create {answer?.Status.ToString(CultureInfo.InvariantCulture) ?? "unanswered"}");
            if (answer is { Status: 200 or 201 })
            {
                ids.Add(answer.Body.GetProperty("session").GetProperty("id").GetString()!);
                tally.Acknowledge(ids[^1]);
            }
            else if (answer is { IsFinal: true } and not { Status: 409 or 410 })
            {
                tally.Violate(null, $"Call {call.Number} of the plan was refused with {Describe(answer)}.");
            }
        }

        if (call.HasKey)
        {
            tally.NoteKey(call.Number, ids);
        }

        return ids.FirstOrDefault();
    }

    private async Task TakeStepAsync(PlannedCall call, string callId, PlannedStep step, CancellationToken cancellationToken)
    {
        await Task.Delay(step.After, cancellationToken);
        var user = users[step.ByInitiator ? call.Initiator : call.Recipient];
        var connection = user.Connections[step.Connection];
        async Task DoAsync()
        {
            if (!step.OverHub || step.Kind == StepKind.Look || connection.Client is not { } client || !await AskHubAsync(client, callId, step))
            {
                await AskRestAsync(user, connection.Device, callId, step, cancellationToken);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, step.Twice ? 2 : 1).Select(_ => DoAsync()));
    }

    /// <returns>False where the outcome is unknown.</returns>
    private async Task<bool> AskHubAsync(HubClient client, string callId, PlannedStep step)
    {
        try
        {
            using var limit = new CancellationTokenSource(HubLimit);
            await (step.Kind == StepKind.Token
                ? client.InvokeAsync("request_token", new { sessionId = callId, role = "AUDIENCE" }, limit.Token)
                : client.InvokeAsync("call_status", new { sessionId = callId, status = StatusOf(step.Kind) }, limit.Token));
            tally.Count($"{Name(step.Kind)} over the hub");
            return true;
        }
        catch (HubException refused)
        {
            var code = refused.Message.Split(':')[0];
            tally.Count($"{Name(step.Kind)} over the hub {code}");
            if (code is "unavailable" or "too_many")
            {
                return false;
            }

            if (code is not ("not_possible" or "answered_elsewhere" or "busy" or "call_ended"))
            {
                tally.Violate(callId, $"{Name(step.Kind)} over the hub was refused with '{refused.Message}'.");
            }

            return true;
        }
        catch (Exception gone) when (DeviceConnection.IsGone(gone))
        {
            tally.Count($"{Name(step.Kind)} over the hub unanswered");
            return false;
        }
    }

    private async Task AskRestAsync(ChaosUser user, string device, string callId, PlannedStep step, CancellationToken cancellationToken)
    {
        var path = $"calls/session/{callId}";
        var answer = await (step.Kind switch
        {
            StepKind.Token => rest.InsistAsync("POST", path + "/token", user.Headers, new { role = "AUDIENCE", deviceId = device }, cancellationToken),
            StepKind.Look => rest.InsistAsync("GET", path, user.Headers, body: null, cancellationToken),
            _ => rest.InsistAsync("PATCH", path + "/status", user.Headers, new { status = StatusOf(step.Kind) }, cancellationToken),
        });
        tally.Count($"{Name(step.Kind)} {answer.Status}");
        if (answer.Status is not (200 or 201 or 409 or 410))
        {
            tally.Violate(callId, $"{Name(step.Kind)} was refused with {Describe(answer)}.");
        }
    }

    private static string StatusOf(StepKind kind) => WireNames.Of(kind switch
    {
        StepKind.Confirm => CallStatus.Active,
        StepKind.HangUp => CallStatus.Completed,
        _ => CallStatus.Cancelled,
    });

    private static string Name(StepKind kind) => kind switch
    {
        StepKind.Token => "token",
        StepKind.Confirm => "confirm",
        StepKind.HangUp => "hang up",
        StepKind.Cancel => "cancel",
        _ => "look",
    };

    private static string Describe(Answer answer) =>
        answer.Body.ValueKind == JsonValueKind.Object && answer.Body.TryGetProperty("detail", out var detail) ? $"{answer.Status}: {detail}" : $"{answer.Status}";
}
