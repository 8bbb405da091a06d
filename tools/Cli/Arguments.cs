using System.Globalization;

namespace Fayo.Calls.Cli;

/// <summary>The words after a command: plain words, and options with a value (<c>--name value</c> or <c>--name=value</c>).</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private Arguments()
    {
    }

    /// <summary>The words that belong to no option.</summary>
    public List<string> Plain { get; } = [];

    /// <summary>Takes the words apart.</summary>
    /// <param name="words">What follows the command's name.</param>
    /// <param name="known">The options this command has, without the two hyphens.</param>
    /// <exception cref="UsageException">An option is unknown, given twice, or has no value.</exception>
    public static Arguments Parse(ReadOnlySpan<string> words, params ReadOnlySpan<string> known)
    {
        var arguments = new Arguments();
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                arguments.Plain.Add(words[i]);
                continue;
            }

            var (name, value) = words[i].Split('=', 2) is [var before, var after] ? (before[2..], after) : (words[i][2..], null);
            if (!known.Contains(name))
            {
                throw new UsageException($"There is no option --{name} here.");
            }

            if (value is null && ++i == words.Length)
            {
                throw new UsageException($"--{name} needs a value.");
            }

            if (!arguments._options.TryAdd(name, value ?? words[i]))
            {
                throw new UsageException($"--{name} is given twice.");
            }
        }

        return arguments;
    }

    /// <summary>An option's value; null where it is not given.</summary>
    public string? Text(string name) => _options.GetValueOrDefault(name);

    /// <summary>An option's value.</summary>
    /// <exception cref="UsageException">It is not given.</exception>
    public string RequiredText(string name) => Text(name) ?? throw new UsageException($"--{name} is needed.");

    /// <summary>An option that is a whole number; null where it is not given.</summary>
    /// <exception cref="UsageException">It is not a number from <paramref name="least"/> to <paramref name="most"/>.</exception>
    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"--{name} must be a whole number from {least} to {most}, not '{text}'.");
    }

    /// <summary>An option that is a duration such as <c>90s</c>, <c>15m</c>, <c>1h</c> or <c>7d</c>; null where it is not given.</summary>
    /// <exception cref="UsageException">It is not one, or not longer than zero.</exception>
    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        const int MostDigits = 6;
        if (text.Length is > 1 and <= MostDigits + 1
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            && amount > 0)
        {
            switch (text[^1])
            {
                case 's':
                    return TimeSpan.FromSeconds(amount);
                case 'm':
                    return TimeSpan.FromMinutes(amount);
                case 'h':
                    return TimeSpan.FromHours(amount);
                case 'd':
                    return TimeSpan.FromDays(amount);
            }
        }

        throw new UsageException($"--{name} must be a duration such as 90s, 15m, 1h or 7d, not '{text}'.");
    }

    /// <summary>Refuses plain words where a command takes none.</summary>
    /// <exception cref="UsageException">There is one.</exception>
    public void ExpectNoPlainWords()
    {
        if (Plain is [var first, ..])
        {
            throw new UsageException($"'{first}' is one word too many.");
        }
    }
}
