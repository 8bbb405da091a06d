using Fayo.Calls.Gateway.Http;
using Microsoft.IdentityModel.Protocols;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>
/// Fetches the documents of an issuer: the list of its keys, and its discovery document. After a failure it does not ask again for a few
/// seconds, so that requests do not queue behind a server that is down or slow.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class KeyDocuments(TimeProvider time) : IDocumentRetriever, IDisposable
{
    private const int MaxAnswerBytes = 256 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = OutgoingHttp.CreateClient(RequestTimeout, MaxAnswerBytes);

    private long _failedAt;

    /// <summary>True where the last attempt failed.</summary>
    public bool IsFailing => Interlocked.Read(ref _failedAt) != 0;

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The document cannot be had at the moment.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (Interlocked.Read(ref _failedAt) is not 0 and var failedAt && time.GetElapsedTime(failedAt) < PauseAfterFailure)
        {
            throw new HttpRequestException("The issuer's keys could not be fetched a moment ago.");
        }

        try
        {
            var document = await _http.GetStringAsync(address, cancel);
            Interlocked.Exchange(ref _failedAt, 0);
            return document;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Exchange(ref _failedAt, time.GetTimestamp());
            throw new HttpRequestException($"The issuer's keys cannot be fetched from {address}.", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
