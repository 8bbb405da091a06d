namespace Fayo.Calls.Silo.Settings;

/// <summary>What a line of the log looks like.</summary>
internal enum LogFormat
{
    /// <summary>For people: time, level, source and sentence.</summary>
    Text,

    /// <summary>For programs: a JSON object a line, with what the sentence is about, such as <c>CallId</c>, as fields.</summary>
    Json,
}
