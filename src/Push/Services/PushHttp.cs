namespace Fayo.Calls.Push.Services;

/// <summary>How push services are reached.</summary>
internal static class PushHttp
{
    /// <summary>How many bytes of an answer are read.</summary>
    private const int MaxAnswerBytes = 16 * 1024;

    private const int MaxHeaderKilobytes = 16;

    /// <summary>A push service may move to other machines.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Makes a handler that follows no redirect and keeps no cookie.</summary>
    public static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
    };

    /// <summary>Makes a client. Its time limit is that of each request's token.</summary>
    public static HttpClient CreateClient(HttpMessageHandler handler) => new(handler)
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };
}
