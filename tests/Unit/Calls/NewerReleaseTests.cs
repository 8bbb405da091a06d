using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.Sockets;
using Fayo.Calls.Tests.Unit.Monitor;
using Fayo.Calls.Tests.Unit.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

/// <summary>Values that only a newer release knows, from its silos in the same cluster.</summary>
public sealed class NewerReleaseTests : IDisposable
{
    private static readonly Caller Alice = new("alice");

    private readonly Measurements _measurements = new();

    [Fact]
    public void A_result_of_a_newer_release_is_one_that_this_silo_cannot_give()
    {
        Assert.Same(ApiError.Unavailable, ApiError.Of(new CallResult { Code = (CallResultCode)1000 }, Alice));
        Assert.Throws<ArgumentOutOfRangeException>(() => ApiError.Of(new CallResult { Code = CallResultCode.Ok }, Alice));
    }

    [Fact]
    public void A_limit_of_a_newer_release_is_one_like_any_other()
    {
        var error = ApiError.Of(
            new CallResult { Code = CallResultCode.LimitReached, Limit = (CallLimit)1000, RetryAfter = 7 }, Alice);

        Assert.Equal((429, "too_many", 7), (error.Status, error.Code, error.RetryAfter));
    }

    [Fact]
    public void A_message_of_a_kind_of_a_newer_release_is_no_invitation()
    {
        var session = MonitoredCallsOf.State("call").Session with
        {
            RecipientId = "bob", RingDeadline = DateTimeOffset.MaxValue, ExpiresAt = DateTimeOffset.MaxValue,
        };
        var registry = new ConnectionRegistry(
            new GatewaySettings(),
            silo: null!,
            TimeProvider.System,
            new ConnectionMetrics(_measurements.Meters),
            new SocketMetrics(_measurements.Meters),
            NullLogger<ConnectionRegistry>.Instance);

        Assert.NotNull(registry.Compose(new UserMessage(UserMessageKind.Invitation, session), connections: 1));
        Assert.NotNull(registry.Compose(new UserMessage(UserMessageKind.Status, session), connections: 1));
        Assert.Null(registry.Compose(new UserMessage((UserMessageKind)1000, session), connections: 1));
    }

    public void Dispose() => _measurements.Dispose();
}
