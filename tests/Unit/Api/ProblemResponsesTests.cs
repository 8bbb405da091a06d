using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Api;

public sealed class ProblemResponsesTests
{
    [Fact]
    public async Task What_the_database_refuses_is_logged_and_not_told_to_the_client()
    {
        const string Reason = "The database of calls cannot be reached: 42501: permission denied for table outbox";
        var lines = new Lines<ProblemResponses>();
        var responses = new ProblemResponses(_ => throw new CallStoreUnavailableException(Reason), lines);
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await responses.InvokeAsync(context);

        Assert.Equal(503, context.Response.StatusCode);
        Assert.Contains(Reason, Assert.Single(lines.Texts), StringComparison.Ordinal);
        Assert.DoesNotContain("outbox", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }
}
