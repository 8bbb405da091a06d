namespace Fayo.Calls.Push.Services;

/// <summary>What a token of an app may look like.</summary>
internal static class TokenRules
{
    /// <summary>What is wrong with the token of a device.</summary>
    /// <returns>The field, and the rule that it breaks; null where nothing is.</returns>
    public static (string Field, string Rule)? FindProblem(PushDevice device) => device.Token switch
    {
        null => ("token", "is required"),
        { Length: > 0 and <= PushDevice.MaxTokenLength } token when token.All(letter => letter is > ' ' and <= '~') => null,
        _ => ("token", $"has to be 1 to {PushDevice.MaxTokenLength} characters of ASCII without spaces"),
    };
}
