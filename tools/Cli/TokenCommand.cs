namespace Fayo.Calls.Cli;

/// <summary><c>token USER</c>: prints a JWT, for trying things.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    /// <summary>Prints the token and nothing else.</summary>
    /// <exception cref="UsageException">The user is missing or cannot be a user id.</exception>
    public static Task RunAsync(ReadOnlySpan<string> words)
    {
        var arguments = Arguments.Parse(words, "role", "expires-in");
        if (arguments.Plain is not [var userId])
        {
            throw new UsageException("Say for whom: token USER [--role ADMIN] [--expires-in 1h]");
        }

        if (!UserIds.IsValid(userId))
        {
            throw new UsageException(UserIds.Rule);
        }

        var token = JwtSigner.FromEnvironment().Sign(userId, arguments.Text("role"), arguments.Duration("expires-in") ?? DefaultLifetime);
        return Console.Out.WriteLineAsync(token);
    }
}
