using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>Requests over REST, by any number of users at a time.</summary>
/// <param name="service">Where the service is.</param>
internal sealed class ChaosRest(Uri service) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Longer than a killed service takes to be back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentBag<HttpConnection> _free = [];

    /// <summary>Asks once.</summary>
    /// <param name="method">GET, POST or PATCH.</param>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <param name="headers">The Authorization header and others, each with its line end.</param>
    /// <param name="body">What is sent as JSON; null for nothing.</param>
    /// <returns>The answer; null where none came, and the outcome is unknown.</returns>
    public async Task<Answer?> AskAsync(string method, string path, byte[] headers, object? body)
    {
        var json = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body);
        if (!_free.TryTake(out var connection))
        {
            connection = new HttpConnection(service);
        }

        try
        {
            var status = await connection.SendAsync(method, "/api/v1/" + path, headers, json);
            return new Answer(status, connection.Body.IsEmpty ? default : JsonElement.Parse(connection.Body));
        }
        catch (Exception failure) when (failure is SocketException or IOException or TimeoutException)
        {
            return null;
        }
        finally
        {
            _free.Add(connection);
        }
    }

    /// <summary>Asks until there is an answer that says what came of it: neither silence nor "try again".</summary>
    /// <exception cref="CommandFailedException">There is none after a minute and a half.</exception>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<Answer> InsistAsync(string method, string path, byte[] headers, object? body, CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() < end)
        {
            if (await AskAsync(method, path, headers, body) is { IsFinal: true } answer)
            {
                return answer;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new CommandFailedException($"The service does not answer {method} {path} for {Patience.TotalSeconds:0} seconds.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _free)
        {
            connection.Dispose();
        }
    }
}

/// <summary>An answer over REST.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body; undefined where it is empty.</param>
internal sealed record Answer(int Status, JsonElement Body)
{
    /// <summary>True unless the service asks to be asked again.</summary>
    public bool IsFinal => Status is not (429 or 503);
}
