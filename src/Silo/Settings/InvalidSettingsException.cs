namespace Fayo.Calls.Silo.Settings;

/// <summary>The service cannot start with these settings.</summary>
internal sealed class InvalidSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>A sentence each, beginning with the name of the setting.</summary>
    public IReadOnlyList<string> Problems => problems;
}
