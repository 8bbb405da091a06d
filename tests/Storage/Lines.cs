using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Tests.Storage;

/// <summary>A log that keeps its lines.</summary>
internal sealed class Lines<TCategory> : ILogger<TCategory>
{
    /// <summary>The lines, each with its level before it.</summary>
    public List<string> Texts { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Texts.Add($"{logLevel}: {formatter(state, exception)}");
}
