namespace Fayo.Calls.Cli;

/// <summary>Colours for a terminal; nothing at all where the output goes elsewhere.</summary>
internal sealed class Paint
{
    private readonly bool _colours;

    private Paint(bool colours) => _colours = colours;

    /// <summary>Colours when standard output is a terminal and <c>NO_COLOR</c> (no-color.org) is not set.</summary>
    public static Paint ForConsole() =>
        new(!Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>What went well.</summary>
    public string Good(string text) => In("32", text);

    /// <summary>What matters most.</summary>
    public string Strong(string text) => In("1", text);

    /// <summary>What matters less.</summary>
    public string Faint(string text) => In("2", text);

    private string In(string code, string text) => _colours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
