using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.History;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

public sealed class HistoryGrainTests
{
    [Theory]
    [InlineData("keys")]
    [InlineData("wishes")]
    [InlineData("users")]
    [InlineData("events")]
    [InlineData("assets")]
    [InlineData("calls")]
    public async Task What_cannot_be_deleted_keeps_nothing_else_from_being_deleted(string failing)
    {
        var retention = new FailingRetention(failing);
        var options = new CallOptions { KeepHistoryFor = TimeSpan.FromDays(1) };
        var grain = new HistoryGrain(retention, options, TimeProvider.System, NullLogger<HistoryGrain>.Instance);

        await grain.ReceiveReminder("retention", default);

        Assert.Equal(["keys", "wishes", "users", "events", "assets", "calls"], retention.Asked);
    }

    private sealed class FailingRetention(string failing) : IHistoryRetention
    {
        public List<string> Asked { get; } = [];

        public Task<int> DeleteEndedBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) => Delete("calls");

        public Task<int> DeleteUsersSeenBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) => Delete("users");

        public Task<int> DeleteKeysAsync(CancellationToken cancellationToken) => Delete("keys");

        public Task<int> DeleteDoNotDisturbAsync(CancellationToken cancellationToken) => Delete("wishes");

        public Task<int> DeleteEventsAsync(
            DateTimeOffset sentBefore, DateTimeOffset parkedBefore, CancellationToken cancellationToken) => Delete("events");

        public Task<int> DeletePageAssetsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Delete("assets");

        private Task<int> Delete(string what)
        {
            Asked.Add(what);
            return what == failing ? Task.FromException<int>(new CallStoreUnavailableException()) : Task.FromResult(1);
        }
    }
}
