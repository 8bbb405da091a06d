using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using Fayo.Calls.Tools;
using Fayo.Calls.Tools.Http;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>Sends requests to the REST interface on behalf of any number of users.</summary>
/// <param name="service">Where the service is.</param>
internal sealed class RestClient(Uri service) : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    // Longer than a killed service takes to be ready again.
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(90);

    private readonly ConcurrentBag<HttpConnection> _idle = [];

    /// <summary>Sends a request once.</summary>
    /// <param name="method">GET, POST or PATCH.</param>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <param name="headers">The Authorization header and others, each with its line end.</param>
    /// <param name="body">The body, sent as JSON; null for none.</param>
    /// <returns>The answer; null where none came and the outcome is unknown.</returns>
    public async Task<RestAnswer?> SendAsync(string method, string path, byte[] headers, object? body)
    {
        var json = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body);
        if (!_idle.TryTake(out var connection))
        {
            connection = new HttpConnection(service);
        }

        try
        {
            var status = await connection.SendAsync(method, "/api/v1/" + path, headers, json);
            return new RestAnswer(status, connection.Body.IsEmpty ? default : JsonElement.Parse(connection.Body));
        }
        catch (Exception failure) when (failure is SocketException or IOException or TimeoutException)
        {
            return null;
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    /// <summary>Repeats a request until there is an answer that is not "try again later".</summary>
    /// <exception cref="CommandFailedException">There is none within 90 seconds.</exception>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<RestAnswer> RetryAsync(string method, string path, byte[] headers, object? body, CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetUtcNow() + RetryTimeout;
        while (TimeProvider.System.GetUtcNow() < end)
        {
            if (await SendAsync(method, path, headers, body) is { IsFinal: true } answer)
            {
                return answer;
            }

            await Task.Delay(RetryInterval, cancellationToken);
        }

        throw new CommandFailedException($"The service has not answered {method} {path} for {RetryTimeout.TotalSeconds:0} seconds.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }
}
