using System.Globalization;
using System.Text.RegularExpressions;

namespace Fayo.Calls.Storage.Database;

/// <summary>The parts of a connection URL. Its errors repeat nothing that may be a part of the password.</summary>
internal sealed partial record DatabaseUrl(
    string Host, int Port, string User, string? Password, string Database, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private const string Form = "it must look like postgresql://user:password@host:5432/database?schema=call";

    public static DatabaseUrl Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Wrong($"it is empty; {Form}");
        }

        if (!text.StartsWith("postgresql://", StringComparison.Ordinal) && !text.StartsWith("postgres://", StringComparison.Ordinal))
        {
            throw Wrong(Form);
        }

        // PostgreSQL's protocol ends texts with it.
        if (text.Contains('\0') || text.Contains("%00", StringComparison.Ordinal))
        {
            throw Wrong("it has a character with the code 0 (%00), which PostgreSQL knows in no text");
        }

        // A password that holds one of / ? # @ without percent-encoding ends the authority early. The rest of the password then stands
        // where a host, a path or a parameter is expected, and an @ follows somewhere after it.
        var afterScheme = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var authority = text.AsSpan(afterScheme);
        var end = authority.IndexOfAny("/?#");
        authority = end < 0 ? authority : authority[..end];
        if (text.Contains('#') || text.AsSpan(afterScheme + authority.Length).Contains('@') || authority.Count('@') > 1)
        {
            throw Wrong(
                "special characters in the user's name, the password and the parameters must be percent-encoded "
                + "(@ is %40, / is %2F, # is %23, ? is %3F)");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || authority.Contains('\\'))
        {
            throw Wrong($"it is not a URL; {Form}, with special characters percent-encoded");
        }

        if (uri.Port == 0)
        {
            throw Wrong("its port is 0, where nothing listens");
        }

        var parameters = Query(uri.Query);
        var credentials = uri.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(credentials[0]);
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        var host = Uri.UnescapeDataString(uri.IdnHost);
        if (user.Length == 0)
        {
            throw Wrong($"it names no user; {Form}");
        }

        if (database.Length == 0 || database.Contains('/'))
        {
            throw Wrong($"it names no database; {Form}");
        }

        if (host.Length == 0 && !parameters.Exists(parameter => parameter.Key == "host"))
        {
            throw Wrong($"it names no host; {Form}");
        }

        return new DatabaseUrl(
            host,
            uri.Port < 0 ? 5432 : uri.Port,
            user,
            credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null,
            database,
            parameters);
    }

    /// <summary>Without password and parameters, one of which may be another password.</summary>
    public override string ToString() => $"{Host}:{Port}/{Database}";

    /// <summary>A name that can stand in SQL without quotes.</summary>
    public static string Identifier(string name, string value) =>
        Identifiers().IsMatch(value)
            ? value
            : throw Wrong($"{name} must be a lower-case letter or underscore, then at most 62 lower-case letters, digits or underscores");

    public static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {least} to {most}"));

    public static TValue OneOf<TValue>(string name, string value, IReadOnlyDictionary<string, TValue> known) =>
        known.TryGetValue(value, out var meant) ? meant : throw Wrong($"{name} must be one of {string.Join(", ", known.Keys)}");

    public static FormatException Unknown(string name) =>
        Wrong(
            ParameterNames().IsMatch(name)
                ? $"its parameter {name} is not known here"
                : $"it has a parameter without a proper name; {Form}");

    public static FormatException Wrong(string what) => new($"{DatabaseSettings.Setting} cannot be used: {what}.");

    private static List<KeyValuePair<string, string>> Query(string query)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var parameter in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = parameter.Split('=', 2);
            var name = Uri.UnescapeDataString(parts[0]);
            if (parts.Length < 2)
            {
                throw Unknown(name);
            }

            parameters.Add(new(name, Uri.UnescapeDataString(parts[1])));
        }

        return parameters;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Identifiers();

    [GeneratedRegex("^[a-z_]{1,40}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ParameterNames();
}
