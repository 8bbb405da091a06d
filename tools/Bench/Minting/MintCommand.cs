using System.CommandLine;
using System.Text.Json;
using Fayo.Calls.Agora;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Minting;

/// <summary><c>mint</c>: makes one Agora token, or measures how many one core makes in a second.</summary>
internal static class MintCommand
{
    private const int DefaultLifetimeSeconds = 3600;

    private static readonly Option<int?> Seconds =
        Options.Number("--seconds", 1, 60, "Measures for this long how many tokens one core makes, and prints it as JSON.");

    private static readonly Option<string?> AppId = Options.Text("--app-id", "ID", "The Agora app id: 32 hexadecimal digits.");

    private static readonly Option<string?> Certificate =
        Options.Text("--certificate", "CERTIFICATE", "The Agora app certificate: 32 hexadecimal digits.");

    private static readonly Option<string?> Channel = Options.Text("--channel", "NAME", "The channel that the token is for.");

    private static readonly Option<string?> Account = Options.Text("--account", "USER", "The user account that joins the channel.");

    private static readonly Option<string?> Role = Options.Text("--role", "ROLE", "HOST or AUDIENCE. [default: HOST]");

    private static readonly Option<int?> Lifetime = Options.Number(
        "--ttl", 0, int.MaxValue, $"How many seconds the token is valid, 60 to 86400. [default: {DefaultLifetimeSeconds}]");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("mint", "Prints an Agora token, or with --seconds how many one core makes.")
        {
            Seconds, AppId, Certificate, Channel, Account, Role, Lifetime,
        };
        command.SetAction((parsed, _) =>
            Console.Out.WriteLineAsync(parsed.GetValue(Seconds) is { } seconds ? Measure(seconds) : MintOne(parsed)));
        return command;
    }

    private static string Measure(int seconds)
    {
        var result = MintBenchmark.Run(TimeSpan.FromSeconds(seconds));
        return JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["tokens_per_s"] = result.TokensPerSecond,
            ["us_per_token"] = result.MicrosecondsPerToken,
            ["token_chars"] = result.TokenCharacters,
        });
    }

    private static string MintOne(ParseResult parsed)
    {
        string Required(Option<string?> option) =>
            parsed.GetValue(option) ?? throw new UsageException($"{option.Name} is required, unless --seconds is given.");
        var (appId, certificate, channel, account) = (Required(AppId), Required(Certificate), Required(Channel), Required(Account));
        var role = (parsed.GetValue(Role) ?? "HOST") switch
        {
            "HOST" => AgoraRole.Host,
            "AUDIENCE" => AgoraRole.Audience,
            _ => throw new CommandFailedException("The role is HOST or AUDIENCE."),
        };
        try
        {
            var issuer = new CredentialIssuer(new AgoraProject(appId, certificate));
            var lifetime = parsed.GetValue(Lifetime) ?? DefaultLifetimeSeconds;
            return issuer.Issue(channel, account, role, lifetime, TimeProvider.System.GetUtcNow()).Token;
        }
        catch (ArgumentException refused)
        {
            // Without the name of the parameter, which .NET adds to the message.
            throw new CommandFailedException(refused.Message.Split(" (Parameter")[0]);
        }
    }
}
