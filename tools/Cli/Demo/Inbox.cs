using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Client;

namespace Fayo.Calls.Cli.Demo;

/// <summary>The messages that a device received, to be awaited in the order in which they came.</summary>
internal sealed class Inbox
{
    private readonly Channel<(string Name, JsonElement Body)> _messages = Channel.CreateUnbounded<(string, JsonElement)>();

    /// <summary>Collects the messages with these names from a connection.</summary>
    public Inbox(HubConnection connection, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            connection.On<JsonElement>(name, body => _messages.Writer.TryWrite((name, body)));
        }
    }

    /// <summary>Waits for a message and returns its body; the messages before it are discarded.</summary>
    public async Task<JsonElement> WaitForAsync(string name, Func<JsonElement, bool> isWanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await _messages.Reader.ReadAsync(cancellationToken);
            if (message.Name == name && isWanted(message.Body))
            {
                return message.Body;
            }
        }
    }
}
