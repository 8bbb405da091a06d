namespace Fayo.Calls.Tools;

/// <summary>Colours for a terminal; text stays as it is where the output goes elsewhere.</summary>
public sealed class TerminalColors
{
    private readonly bool _isOn;

    private TerminalColors(bool isOn) => _isOn = isOn;

    /// <summary>Colours when standard output is a terminal and <c>NO_COLOR</c> (no-color.org) is not set.</summary>
    public static TerminalColors ForConsole() =>
        new(!Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>Green, for what succeeded.</summary>
    public string Green(string text) => Colored("32", text);

    /// <summary>Bold, for headings and names.</summary>
    public string Bold(string text) => Colored("1", text);

    /// <summary>Faint, for what matters less.</summary>
    public string Faint(string text) => Colored("2", text);

    private string Colored(string code, string text) => _isOn ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
