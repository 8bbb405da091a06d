using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Fayo.Calls.Cli.Demo;

/// <summary>The messages that a device received, to be waited for in the order in which they came.</summary>
internal sealed class Inbox
{
    private readonly Channel<(string Target, JsonElement Argument)> _messages = Channel.CreateUnbounded<(string, JsonElement)>();

    /// <summary>The handler to give to <see cref="HubClient.ConnectAsync"/>.</summary>
    public void Take(ReadOnlySpan<byte> target, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            _messages.Writer.TryWrite((Encoding.UTF8.GetString(target), JsonElement.Parse(argument)));
        }
    }

    /// <summary>Waits for a message; those before it are passed over.</summary>
    public async Task<JsonElement> WaitForAsync(string target, Func<JsonElement, bool> isWanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (name, argument) = await _messages.Reader.ReadAsync(cancellationToken);
            if (name == target && isWanted(argument))
            {
                return argument;
            }
        }
    }
}
