using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Fayo.Calls.Cli.Demo;

/// <summary><c>demo</c>: a whole call against the running service, told step by step.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private const string Phone = "phone";
    private const string StaffPanel = "staff-panel";

    /// <summary>Makes the call.</summary>
    /// <exception cref="CommandFailedException">The service cannot be reached, or did something else than it should.</exception>
    public static Task RunAsync(ReadOnlySpan<string> words, CancellationToken cancellationToken)
    {
        Arguments.Parse(words).ExpectNoPlainWords();
        return RunAsync(ServiceAddress.Read(), JwtSigner.FromEnvironment(), cancellationToken);
    }

    private static async Task RunAsync(Uri service, JwtSigner signer, CancellationToken cancellationToken)
    {
        var paint = Paint.ForConsole();
        var story = new Story(paint);

        // New people each time, so that no earlier call of theirs is in the way.
        var suffix = RandomNumberGenerator.GetHexString(4, lowercase: true);
        var (staff, patient) = ($"nurse-{suffix}", $"patient-{suffix}");
        await Console.Out.WriteLineAsync($"A call at {service}: {paint.Strong(staff)} calls {paint.Strong(patient)}.\n");

        using var staffRest = new RestClient(service, signer.Sign(staff, "ADMIN", TokenLifetime));
        using var patientRest = new RestClient(service, signer.Sign(patient, "PATIENT", TokenLifetime));
        var staffMessages = new Inbox();
        var patientMessages = new Inbox();

        await using var panel = await story.StepAsync(
            "The staff member signs in",
            token => HubClient.ConnectAsync(service, staffRest.AccessToken, StaffPanel, staffMessages.Take, token),
            _ => $"{staff}, role ADMIN, on device {StaffPanel}",
            cancellationToken);
        await using var phone = await story.StepAsync(
            "The patient's device connects",
            async token =>
            {
                var connection = await HubClient.ConnectAsync(service, patientRest.AccessToken, Phone, patientMessages.Take, token);
                await patientMessages.WaitForAsync("connected", _ => true, token);
                return connection;
            },
            _ => $"{patient}, on device {Phone}",
            cancellationToken);

        var created = await story.StepAsync(
            "The staff member calls",
            token => staffRest.PostAsync("calls/session", new { recipientId = patient, callType = "VIDEO", metadata = new { topic = "demo" } }, token),
            answer => $"{Text(answer, "session", "id")} is {Text(answer, "session", "status")}, {DescribeCredential(answer)}",
            cancellationToken);
        var callId = Text(created, "session", "id");
        bool IsThisCall(JsonElement session) => Text(session, "id") == callId;
        Func<JsonElement, bool> HasStatus(string status) => session => IsThisCall(session) && Text(session, "status") == status;

        await story.StepAsync(
            "The patient's device gets the invitation",
            token => patientMessages.WaitForAsync("call_invitation", IsThisCall, token),
            invitation => $"from {Text(invitation, "initiatorId")}, {invitation.GetProperty("remainingMs").GetInt64() / 1000} s left to answer",
            cancellationToken);
        await story.StepAsync(
            "The patient's device rings",
            async token =>
            {
                await phone.InvokeAsync("invitation_ack", new { sessionId = callId, deviceId = Phone }, token);
                return await staffMessages.WaitForAsync("call_status", HasStatus("RINGING"), token);
            },
            session => $"the staff member is told: {Text(session, "status")}",
            cancellationToken);
        await story.StepAsync(
            "The patient answers",
            token => patientRest.PostAsync($"calls/session/{callId}/token", new { role = "AUDIENCE", deviceId = Phone }, token),
            answer => $"answered at {Text(answer, "session", "answeredAt")}, {DescribeCredential(answer)}",
            cancellationToken);
        await story.StepAsync(
            "Both confirm",
            async token =>
            {
                await patientRest.PatchAsync($"calls/session/{callId}/status", new { status = "ACTIVE" }, token);
                await staffRest.PatchAsync($"calls/session/{callId}/status", new { status = "ACTIVE" }, token);
                return await staffMessages.WaitForAsync("call_status", HasStatus("ACTIVE"), token);
            },
            session => $"{Text(session, "status")} since {Text(session, "startedAt")}",
            cancellationToken);
        await story.StepAsync(
            "The staff member hangs up",
            async token =>
            {
                await staffRest.PatchAsync($"calls/session/{callId}/status", new { status = "COMPLETED" }, token);
                return await patientMessages.WaitForAsync("call_status", HasStatus("COMPLETED"), token);
            },
            session => $"the patient's device is told: {Text(session, "status")}, {Text(session, "endReason")}",
            cancellationToken);
        var timeline = await story.StepAsync(
            "The timeline of the call",
            token => staffRest.GetAsync($"calls/session/{callId}/timeline", token),
            entries => $"{entries.GetArrayLength()} rows in PostgreSQL",
            cancellationToken);

        await Console.Out.WriteLineAsync();
        await Console.Out.WriteAsync(TimelineTable.Format(timeline, paint));
    }

    /// <summary>The value at a path, or a dash where it is null or missing.</summary>
    private static string Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (!element.TryGetProperty(name, out element))
            {
                return "-";
            }
        }

        return element.ValueKind == JsonValueKind.Null ? "-" : element.ToString();
    }

    // A token opens the media channel to whoever holds it, so the demo shows only that there is one.
    private static string DescribeCredential(JsonElement answer)
    {
        const int Shown = 6;
        if (Text(answer, "credential", "provider") == "p2p")
        {
            return $"no token: the two talk to each other directly as {Text(answer, "credential", "channelName")}";
        }

        var token = Text(answer, "credential", "token");
        return token.Length > Shown
            ? $"token {token[..Shown]}… ({token.Length} characters) for {Text(answer, "credential", "channelName")}"
            : throw new CommandFailedException("The service answered without a token.");
    }

    /// <summary>Tells the steps, each with the time it took.</summary>
    private sealed class Story(Paint paint)
    {
        private int _number;

        public async Task<T> StepAsync<T>(
            string title, Func<CancellationToken, Task<T>> doIt, Func<T, string> describe, CancellationToken cancellationToken)
        {
            _number++;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StepLimit);
            var start = Stopwatch.GetTimestamp();
            try
            {
                var result = await doIt(limit.Token);
                var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                await Console.Out.WriteLineAsync(
                    $"{paint.Faint($"{_number}.")} {title,-41}{paint.Faint($"{milliseconds,7:0.0} ms")}  {paint.Good(describe(result))}");
                return result;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CommandFailedException($"{title}: nothing happened within {StepLimit.TotalSeconds:0} seconds.");
            }
            catch (Exception failure) when (failure is CommandFailedException or HubException)
            {
                throw new CommandFailedException($"{title}: {failure.Message}");
            }
        }
    }
}
