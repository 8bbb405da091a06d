using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Fayo.Calls.Tests.DotnetClient;

/// <summary>
/// A device that uses the official .NET client as an application would, driven by a test over standard input and output. Each line
/// of input is an invocation, <c>{"method","argument"}</c>; each line of output is something that happened, <c>{"name","body"}</c>.
/// </summary>
internal static class Program
{
    private static readonly string[] Messages = ["connected", "call_invitation", "call_status", "token_issued"];

    /// <param name="arguments">The hub's URL and the user's JWT.</param>
    private static async Task Main(string[] arguments)
    {
        var (url, token) = (new Uri(arguments[0]), arguments[1]);
        await using var connection = new HubConnectionBuilder()
            .WithUrl(url, options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .WithAutomaticReconnect(new RetryEverySecond())
            .Build();
        foreach (var name in Messages)
        {
            connection.On<JsonElement>(name, body => Print(name, body));
        }

        connection.Reconnecting += _ => Report("reconnecting");
        connection.Reconnected += _ => Report("reconnected");
        await connection.StartAsync();

        while (await Console.In.ReadLineAsync() is { } line)
        {
            var invocation = JsonElement.Parse(line);
            var method = invocation.GetProperty("method").GetString()!;
            try
            {
                Print($"{method} answered", await connection.InvokeAsync<JsonElement>(method, invocation.GetProperty("argument")));
            }
            catch (HubException refused)
            {
                Print($"{method} refused", refused.Message);
            }
        }
    }

    private static Task Report(string name)
    {
        Print(name, body: null);
        return Task.CompletedTask;
    }

    private static void Print(string name, object? body) => Console.Out.WriteLine(JsonSerializer.Serialize(new { name, body }));

    /// <summary>Retries for as long as it takes; by default the client gives up after a minute.</summary>
    private sealed class RetryEverySecond : IRetryPolicy
    {
        public TimeSpan? NextRetryDelay(RetryContext retryContext) => TimeSpan.FromSeconds(1);
    }
}
