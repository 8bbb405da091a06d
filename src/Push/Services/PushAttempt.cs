using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Fayo.Calls.Push.Services;

/// <summary>What a push service has answered once.</summary>
/// <param name="Outcome">What became of the push.</param>
/// <param name="Answer">The answer, for people.</param>
internal sealed record PushAttempt(PushOutcome Outcome, string Answer)
{
    /// <summary>How many characters of a reason are kept that a push service gives.</summary>
    private const int MaxReasonLength = 40;

    /// <summary>Whether another attempt may succeed.</summary>
    public bool MayPass { get; init; }

    /// <summary>How long the push service wants no other attempt; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Reads an answer of a push service.</summary>
    /// <param name="status">The status.</param>
    /// <param name="headers">The headers; null where there are none.</param>
    /// <param name="now">The time.</param>
    /// <param name="reason">A name for what is wrong, where the push service gives one.</param>
    /// <param name="isGone">Whether that says that the device is gone, whatever the status.</param>
    public static PushAttempt Of(
        HttpStatusCode status, HttpResponseHeaders? headers, DateTimeOffset now, string? reason = null, bool isGone = false)
    {
        var answer = ((int)status).ToString(CultureInfo.InvariantCulture);
        if (Clean(reason) is { Length: > 0 } known)
        {
            answer += " " + known;
        }

        return (int)status switch
        {
            >= 200 and < 300 => new PushAttempt(PushOutcome.Sent, answer),
            _ when isGone => new PushAttempt(PushOutcome.Gone, answer),
            404 or 410 => new PushAttempt(PushOutcome.Gone, answer),
            408 or 429 or >= 500 => new PushAttempt(PushOutcome.Failed, answer)
            {
                MayPass = true,
                RetryAfter = ReadRetryAfter(headers, now),
            },
            _ => new PushAttempt(PushOutcome.Failed, answer),
        };
    }

    private static TimeSpan? ReadRetryAfter(HttpResponseHeaders? headers, DateTimeOffset now) =>
        headers?.RetryAfter is { } retryAfter ? retryAfter.Delta ?? (retryAfter.Date - now) : null;

    /// <summary>A push service is a stranger: of its words only letters are put on record.</summary>
    private static string? Clean(string? reason) => reason is null
        ? null
        : string.Concat(reason.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_').Take(MaxReasonLength));
}
