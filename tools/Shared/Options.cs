using System.CommandLine;
using System.Globalization;

namespace Fayo.Calls.Tools;

/// <summary>The kinds of options that the tools have, with errors that name the option, what it takes and what was given.</summary>
public static class Options
{
    /// <summary>An option that takes any text.</summary>
    /// <param name="name">The option's name with its two hyphens.</param>
    /// <param name="value">What the value is called in the help.</param>
    /// <param name="description">What the option is for.</param>
    public static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    /// <summary>An option that takes a whole number.</summary>
    /// <param name="name">The option's name with its two hyphens.</param>
    /// <param name="minimum">The least number that is accepted.</param>
    /// <param name="maximum">The greatest number that is accepted.</param>
    /// <param name="description">What the option is for.</param>
    public static Option<int?> Number(string name, int minimum, int maximum, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= minimum && number <= maximum)
            {
                return number;
            }

            result.AddError($"{name} must be a whole number from {minimum} to {maximum}, not '{text}'.");
            return null;
        },
    };

    /// <summary>An option that takes a duration such as <c>90s</c>, <c>15m</c>, <c>1h</c> or <c>7d</c>.</summary>
    /// <param name="name">The option's name with its two hyphens.</param>
    /// <param name="description">What the option is for.</param>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        HelpName = "TIME",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ParseDuration(text) is { } duration)
            {
                return duration;
            }

            result.AddError($"{name} must be a duration such as 90s, 15m, 1h or 7d, not '{text}'.");
            return null;
        },
    };

    /// <summary>Refuses two options that exclude each other.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    public static void RefuseBoth(ParseResult parsed, Option one, Option other)
    {
        if (parsed.GetResult(one) is not null && parsed.GetResult(other) is not null)
        {
            throw new UsageException($"{one.Name} and {other.Name} exclude each other.");
        }
    }

    /// <returns>Null where the text is not a duration, or not longer than zero.</returns>
    private static TimeSpan? ParseDuration(string text)
    {
        const int MaxDigits = 6;
        if (text.Length is < 2 or > MaxDigits + 1
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            || amount == 0)
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMinutes(amount),
            'h' => TimeSpan.FromHours(amount),
            'd' => TimeSpan.FromDays(amount),
            _ => null,
        };
    }
}
