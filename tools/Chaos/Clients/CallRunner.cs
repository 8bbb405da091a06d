using System.Globalization;
using System.Text.Json;
using Fayo.Calls.Chaos.Plan;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>Makes the calls of a plan, with the steps of their participants.</summary>
/// <param name="run">Tells this run's keys from those of other runs.</param>
/// <param name="users">The users, in the order of the plan.</param>
/// <param name="rest">Sends the requests that do not go over the hub.</param>
/// <param name="observations">Collects what is observed.</param>
internal sealed class CallRunner(string run, IReadOnlyList<ChaosUser> users, RestClient rest, RunObservations observations)
{
    private static readonly TimeSpan HubTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Makes a call, and waits until all its steps are done.</summary>
    public async Task RunAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        if (await CreateAsync(call, cancellationToken) is { } callId)
        {
            await Task.WhenAll(call.Steps.Select(step => RunStepAsync(call, callId, step, cancellationToken)));
        }
    }

    /// <returns>The call's id; null where the service did not answer with a call.</returns>
    private async Task<string?> CreateAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        var initiator = users[call.Initiator];
        var body = new { recipientId = users[call.Recipient].Id, callType = "VIDEO", metadata = new { plan = call.Number } };
        var headers = call.HasKey ? initiator.HeadersWithKey($"{run}-{call.Number}") : initiator.Headers;

        // Without a key, a request whose outcome is unknown is not repeated: that could make a second call.
        async Task<RestAnswer?> SendAsync() => call.HasKey
            ? await rest.RetryAsync("POST", "calls/session", headers, body, cancellationToken)
            : await rest.SendAsync("POST", "calls/session", headers, body);

        var answers = await Task.WhenAll(Enumerable.Range(0, call.Twice ? 2 : 1).Select(_ => SendAsync()));
        var ids = new List<string>();
        foreach (var answer in answers)
        {
            observations.Count($"create {answer?.Status.ToString(CultureInfo.InvariantCulture) ?? "unanswered"}");
            if (answer is { Status: 200 or 201 })
            {
                ids.Add(answer.Body.GetProperty("session").GetProperty("id").GetString()!);
                observations.AddAcknowledged(ids[^1]);
            }
            else if (answer is { IsFinal: true } and not { Status: 409 or 410 })
            {
                observations.AddViolation(null, $"Call {call.Number} of the plan was refused with {Describe(answer)}.");
            }
        }

        if (call.HasKey)
        {
            observations.RecordKey(call.Number, ids);
        }

        return ids.FirstOrDefault();
    }

    private async Task RunStepAsync(PlannedCall call, string callId, PlannedStep step, CancellationToken cancellationToken)
    {
        await Task.Delay(step.After, cancellationToken);
        var user = users[step.ByInitiator ? call.Initiator : call.Recipient];
        var connection = user.Connections[step.Connection];
        async Task RunOnceAsync()
        {
            var useHub = step.OverHub && step.Kind != StepKind.Read;
            if (!useHub || connection.Client is not { } client || !await SendToHubAsync(client, callId, step))
            {
                await SendToRestAsync(user, connection.Device, callId, step, cancellationToken);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, step.Twice ? 2 : 1).Select(_ => RunOnceAsync()));
    }

    /// <returns>False where the outcome is unknown.</returns>
    private async Task<bool> SendToHubAsync(LeanHubClient client, string callId, PlannedStep step)
    {
        try
        {
            using var limit = new CancellationTokenSource(HubTimeout);
            await (step.Kind == StepKind.Token
                ? client.InvokeAsync("request_token", new { sessionId = callId, role = "AUDIENCE" }, limit.Token)
                : client.InvokeAsync("call_status", new { sessionId = callId, status = StatusOf(step.Kind) }, limit.Token));
            observations.Count($"{Name(step.Kind)} over the hub");
            return true;
        }
        catch (HubInvocationException refused)
        {
            var code = refused.Code;
            observations.Count($"{Name(step.Kind)} over the hub {code}");
            if (code is "unavailable" or "too_many")
            {
                return false;
            }

            if (code is not ("not_possible" or "answered_elsewhere" or "busy" or "call_ended"))
            {
                observations.AddViolation(callId, $"{Name(step.Kind)} over the hub was refused with '{refused.Message}'.");
            }

            return true;
        }
        catch (Exception gone) when (DeviceConnection.IsConnectionFailure(gone))
        {
            observations.Count($"{Name(step.Kind)} over the hub unanswered");
            return false;
        }
    }

    private async Task SendToRestAsync(ChaosUser user, string device, string callId, PlannedStep step, CancellationToken cancellationToken)
    {
        var path = $"calls/session/{callId}";
        Task<RestAnswer> SendAsync(string method, string path, object? body) =>
            rest.RetryAsync(method, path, user.Headers, body, cancellationToken);
        var answer = await (step.Kind switch
        {
            StepKind.Token => SendAsync("POST", path + "/token", new { role = "AUDIENCE", deviceId = device }),
            StepKind.Read => SendAsync("GET", path, body: null),
            _ => SendAsync("PATCH", path + "/status", new { status = StatusOf(step.Kind) }),
        });
        observations.Count($"{Name(step.Kind)} {answer.Status}");
        if (answer.Status is not (200 or 201 or 409 or 410))
        {
            observations.AddViolation(callId, $"{Name(step.Kind)} was refused with {Describe(answer)}.");
        }
    }

    private static string StatusOf(StepKind kind) => kind switch
    {
        StepKind.Confirm => CallStatusNames.Active,
        StepKind.HangUp => CallStatusNames.Completed,
        _ => CallStatusNames.Cancelled,
    };

    private static string Name(StepKind kind) => kind switch
    {
        StepKind.Token => "token",
        StepKind.Confirm => "confirm",
        StepKind.HangUp => "hang up",
        StepKind.Cancel => "cancel",
        _ => "read",
    };

    private static string Describe(RestAnswer answer) =>
        answer.Body.ValueKind == JsonValueKind.Object && answer.Body.TryGetProperty("detail", out var detail)
            ? $"{answer.Status}: {detail}"
            : $"{answer.Status}";
}
