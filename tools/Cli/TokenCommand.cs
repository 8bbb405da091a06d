using System.CommandLine;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Cli;

/// <summary><c>token USER</c>: prints a JWT, for trying things.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var user = new Argument<string>("USER") { Description = "The user's id." };
        user.Validators.Add(result =>
        {
            // The parser takes an unknown option for the argument; a misspelt option must not become a user.
            var text = result.Tokens[0].Value;
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                result.AddError($"There is no option '{text}'.");
            }
            else if (!UserId.IsValid(text))
            {
                result.AddError(UserId.Rule);
            }
        });
        var role = Options.Text("--role", "ROLE", "The user's role, such as ADMIN.");
        var lifetime = Options.Duration("--expires-in", "How long the token is valid: 90s, 15m, 7d. [default: 1h]");

        var command = new Command("token", "Prints a JWT and nothing else.") { user, role, lifetime };
        command.SetAction((parsed, _) => Console.Out.WriteLineAsync(JwtSigner.FromEnvironment().Sign(
            parsed.GetRequiredValue(user), parsed.GetValue(role), parsed.GetValue(lifetime) ?? DefaultLifetime)));
        return command;
    }
}
