using Fayo.Calls.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Api;

public sealed class ProblemResponsesTests
{
    [Fact]
    public async Task What_the_database_refuses_is_logged_and_not_told_to_the_client()
    {
        const string Reason = "The database of calls cannot be reached: 42501: permission denied for table outbox";
        var lines = new Lines();
        var responses = new ProblemResponses(_ => throw new CallStoreUnavailableException(Reason), lines);
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await responses.InvokeAsync(context);

        Assert.Equal(503, context.Response.StatusCode);
        Assert.Contains(Reason, Assert.Single(lines.Texts), StringComparison.Ordinal);
        Assert.DoesNotContain("outbox", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger<ProblemResponses>
    {
        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Texts.Add(formatter(state, exception));
    }
}
