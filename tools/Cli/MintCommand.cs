using System.Text.Json;

namespace Fayo.Calls.Cli;

/// <summary><c>mint</c>: makes Agora tokens, one to look at or as many as go into some seconds.</summary>
internal static class MintCommand
{
    private const int DefaultTimeToLive = 3600;

    /// <summary>Prints a token, or with <c>--seconds</c> a JSON line with how many one core makes in a second.</summary>
    /// <exception cref="UsageException">An option is wrong or missing.</exception>
    /// <exception cref="CommandFailedException">A value cannot be in a token.</exception>
    public static Task RunAsync(ReadOnlySpan<string> words)
    {
        var arguments = Arguments.Parse(words, "seconds", "app-id", "certificate", "channel", "account", "role", "ttl");
        arguments.ExpectNoPlainWords();
        return Console.Out.WriteLineAsync(arguments.Number("seconds", 1, 60) is { } seconds ? Measure(seconds) : MintOne(arguments));
    }

    private static string Measure(int seconds)
    {
        var figure = Mint.Measure(TimeSpan.FromSeconds(seconds));
        return JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["tokens_per_s"] = figure.TokensPerSecond,
            ["us_per_token"] = figure.MicrosecondsPerToken,
            ["token_chars"] = figure.TokenCharacters,
        });
    }

    private static string MintOne(Arguments arguments)
    {
        try
        {
            return Mint.Token(
                arguments.RequiredText("app-id"),
                arguments.RequiredText("certificate"),
                arguments.RequiredText("channel"),
                arguments.RequiredText("account"),
                arguments.Text("role") ?? "HOST",
                arguments.Number("ttl", 0, int.MaxValue) ?? DefaultTimeToLive);
        }
        catch (ArgumentException refused)
        {
            // Without the name of the parameter, which .NET adds to the message.
            throw new CommandFailedException(refused.Message.Split(" (Parameter")[0]);
        }
    }
}
