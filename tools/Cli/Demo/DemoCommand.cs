using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Fayo.Calls.Tools;
using Microsoft.AspNetCore.SignalR.Client;

namespace Fayo.Calls.Cli.Demo;

/// <summary><c>demo</c>: a whole call against the running service, printed step by step.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private const string Phone = "phone";
    private const string StaffPanel = "staff-panel";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", "Makes a whole call against the running service, step by step.");
        command.SetAction((_, cancellationToken) => RunAsync(ServiceAddress.Read(), JwtSigner.FromEnvironment(), cancellationToken));
        return command;
    }

    private static async Task RunAsync(Uri service, JwtSigner signer, CancellationToken cancellationToken)
    {
        var colors = TerminalColors.ForConsole();
        var steps = new StepPrinter(colors);

        // New users each time, so that no earlier call of theirs is still open.
        var suffix = RandomNumberGenerator.GetHexString(4, lowercase: true);
        var (staff, patient) = ($"nurse-{suffix}", $"patient-{suffix}");
        await Console.Out.WriteLineAsync($"A call at {service}: {colors.Bold(staff)} calls {colors.Bold(patient)}.\n");

        var staffToken = signer.Sign(staff, "ADMIN", TokenLifetime);
        var patientToken = signer.Sign(patient, "PATIENT", TokenLifetime);
        using var staffRest = new RestClient(service, staffToken);
        using var patientRest = new RestClient(service, patientToken);
        await using var panel = BuildConnection(service, StaffPanel, staffToken);
        await using var phone = BuildConnection(service, Phone, patientToken);
        var staffMessages = new Inbox(panel, "connected", "call_status");
        var patientMessages = new Inbox(phone, "connected", "call_invitation", "call_status");

        await steps.RunAsync(
            "The staff member signs in",
            token => ConnectAsync(panel, staffMessages, token),
            _ => $"{staff}, role ADMIN, on device {StaffPanel}",
            cancellationToken);
        await steps.RunAsync(
            "The patient's device connects",
            token => ConnectAsync(phone, patientMessages, token),
            _ => $"{patient}, on device {Phone}",
            cancellationToken);

        var created = await steps.RunAsync(
            "The staff member calls",
            token => staffRest.PostAsync(
                "calls/session", new { recipientId = patient, callType = "VIDEO", metadata = new { topic = "demo" } }, token),
            answer => $"{Text(answer, "session", "id")} is {Text(answer, "session", "status")}, {DescribeCredential(answer)}",
            cancellationToken);
        var callId = Text(created, "session", "id");
        bool IsThisCall(JsonElement session) => Text(session, "id") == callId;
        Func<JsonElement, bool> HasStatus(string status) => session => IsThisCall(session) && Text(session, "status") == status;

        await steps.RunAsync(
            "The patient's device gets the invitation",
            token => patientMessages.WaitForAsync("call_invitation", IsThisCall, token),
            invitation =>
                $"from {Text(invitation, "initiatorId")}, {invitation.GetProperty("remainingMs").GetInt64() / 1000} s left to answer",
            cancellationToken);
        await steps.RunAsync(
            "The patient's device rings",
            async token =>
            {
                await phone.InvokeAsync<JsonElement>("invitation_ack", new { sessionId = callId, deviceId = Phone }, token);
                return await staffMessages.WaitForAsync("call_status", HasStatus("RINGING"), token);
            },
            session => $"the staff member is told: {Text(session, "status")}",
            cancellationToken);
        await steps.RunAsync(
            "The patient answers",
            token => patientRest.PostAsync($"calls/session/{callId}/token", new { role = "AUDIENCE", deviceId = Phone }, token),
            answer => $"answered at {Text(answer, "session", "answeredAt")}, {DescribeCredential(answer)}",
            cancellationToken);
        await steps.RunAsync(
            "Both confirm",
            async token =>
            {
                await patientRest.PatchAsync($"calls/session/{callId}/status", new { status = "ACTIVE" }, token);
                await staffRest.PatchAsync($"calls/session/{callId}/status", new { status = "ACTIVE" }, token);
                return await staffMessages.WaitForAsync("call_status", HasStatus("ACTIVE"), token);
            },
            session => $"{Text(session, "status")} since {Text(session, "startedAt")}",
            cancellationToken);
        await steps.RunAsync(
            "The staff member hangs up",
            async token =>
            {
                await staffRest.PatchAsync($"calls/session/{callId}/status", new { status = "COMPLETED" }, token);
                return await patientMessages.WaitForAsync("call_status", HasStatus("COMPLETED"), token);
            },
            session => $"the patient's device is told: {Text(session, "status")}, {Text(session, "endReason")}",
            cancellationToken);
        var timeline = await steps.RunAsync(
            "The timeline of the call",
            token => staffRest.GetAsync($"calls/session/{callId}/timeline", token),
            entries => $"{entries.GetArrayLength()} rows in PostgreSQL",
            cancellationToken);

        await Console.Out.WriteLineAsync();
        await Console.Out.WriteAsync(TimelineTable.Format(timeline, colors));
    }

    private static HubConnection BuildConnection(Uri service, string device, string accessToken) => new HubConnectionBuilder()
        .WithUrl(
            new Uri(service, $"/ws/calls?device={device}"),
            options => options.AccessTokenProvider = () => Task.FromResult<string?>(accessToken))
        .WithAutomaticReconnect()
        .Build();

    /// <summary>Connects, and waits until the service says so: from then on every message reaches the device.</summary>
    private static async Task<JsonElement> ConnectAsync(HubConnection connection, Inbox messages, CancellationToken cancellationToken)
    {
        await connection.StartAsync(cancellationToken);
        return await messages.WaitForAsync("connected", _ => true, cancellationToken);
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

    // Whoever has the token can join the media channel, so the demo prints only its beginning.
    private static string DescribeCredential(JsonElement answer)
    {
        const int ShownCharacters = 6;
        if (Text(answer, "credential", "provider") == "p2p")
        {
            return $"no token: the two talk to each other directly as {Text(answer, "credential", "channelName")}";
        }

        var token = Text(answer, "credential", "token");
        return token.Length > ShownCharacters
            ? $"token {token[..ShownCharacters]}… ({token.Length} characters) for {Text(answer, "credential", "channelName")}"
            : throw new CommandFailedException("The service answered without a token.");
    }
}
