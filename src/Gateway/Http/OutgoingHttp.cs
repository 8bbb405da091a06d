namespace Fayo.Calls.Gateway.Http;

/// <summary>Makes clients for requests to the servers that settings name.</summary>
internal static class OutgoingHttp
{
    /// <summary>A client that follows no redirects, so that what it sends reaches no other address, and keeps no cookies.</summary>
    /// <param name="timeout">How long a whole request may take.</param>
    /// <param name="maxAnswerBytes">A longer answer is an error.</param>
    public static HttpClient CreateClient(TimeSpan timeout, int maxAnswerBytes) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = timeout,
        MaxResponseContentBufferSize = maxAnswerBytes,
    };
}
