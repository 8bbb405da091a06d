using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Fayo.Calls.Events.Dispatch;

namespace Fayo.Calls.Events.Webhooks;

/// <summary>Posts events to a URL, signed as the Standard Webhooks specification says.</summary>
internal sealed class WebhookDestination(WebhookSettings webhook, EventSettings settings, TimeProvider clock) : IEventDestination
{
    private const string TypePrefix = "call.";

    private readonly HttpClient _client = WebhookConnector.CreateClient(webhook.AllowsPrivate, settings.SendTimeout);

    /// <inheritdoc/>
    public string Name => webhook.Name;

    /// <inheritdoc/>
    public int MaxInFlight => 128;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(OutboxEvent sent)
    {
        var body = Encoding.UTF8.GetBytes(Write(sent));
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", sent.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", webhook.Sign(sent.Id, timestamp, body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("fayo-calls", null));
        try
        {
            // The body of the answer does not matter.
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return Judge(response);
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome.Failed(string.Create(
                CultureInfo.InvariantCulture, $"no answer within {settings.SendTimeout.TotalSeconds} s"));
        }
        catch (HttpRequestException e)
        {
            return new SendOutcome.Failed(Describe(e));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Write(OutboxEvent sent) => string.Concat(
        $$"""{"id":"{{sent.Id}}","type":"{{TypePrefix}}{{sent.Kind}}","timestamp":"{{CallSessionJson.FormatTime(sent.At)}}",""",
        "\"data\":{\"session\":",
        sent.Session,
        "}}");

    private SendOutcome Judge(HttpResponseMessage response)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous => SendOutcome.Sent.Instance,
            HttpStatusCode.Gone => new SendOutcome.Refused(reason),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when RetryAfter(response) is { } pause =>
                new SendOutcome.Unavailable(reason, pause),
            _ => new SendOutcome.Failed(reason),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter is { } header
            ? header.Delta ?? (header.Date is { } date ? date - clock.GetUtcNow() : null)
            : null;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private static string Describe(HttpRequestException error) => error switch
    {
        { InnerException: AddressRefusedException } => "the host has no public address",
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        _ => error.HttpRequestError.ToString(),
    };
}
