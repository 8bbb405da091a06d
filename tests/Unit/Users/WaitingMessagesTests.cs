using Fayo.Calls.Grains.Users;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Users;

public class WaitingMessagesTests
{
    private readonly WaitingMessages _waiting = new(maxCount: 4);

    [Fact]
    public void Messages_come_out_as_they_went_in_while_there_is_room()
    {
        Assert.True(Add("a", 1, UserMessageKind.Invitation));
        Assert.True(Add("a", 2));
        Assert.True(Add("b", 1));
        Assert.True(Add("a", 3));

        Assert.Equal([("a", 1), ("a", 2), ("b", 1), ("a", 3)], TakeAll());
    }

    [Fact]
    public void However_many_changes_there_are_only_so_many_wait_and_the_newest_of_each_call_is_among_them()
    {
        Assert.True(Add("a", 1, UserMessageKind.Invitation));
        for (var version = 2; version <= 1000; version++)
        {
            Assert.True(Add("a", version));
            Assert.True(Add("b", version));
            Assert.InRange(_waiting.Count, 1, 4);
        }

        Assert.Equal([("a", 1), ("b", 999), ("a", 1000), ("b", 1000)], TakeAll());
    }

    [Fact]
    public void Where_every_message_is_of_another_call_the_oldest_goes_and_that_is_said()
    {
        for (var call = 0; call < 4; call++)
        {
            Assert.True(Add($"call {call}", 1));
        }

        Assert.False(Add("call 4", 1));
        Assert.Equal(["call 1", "call 2", "call 3", "call 4"], TakeAll().Select(message => message.CallId));
    }

    private bool Add(string callId, int version, UserMessageKind kind = UserMessageKind.Status) =>
        _waiting.Add(new UserMessage(kind, Monitor.MonitoredCallsOf.State(callId, version).Session));

    private List<(string CallId, int Version)> TakeAll()
    {
        var taken = new List<(string CallId, int Version)>();
        while (_waiting.TryTake(out var message))
        {
            taken.Add((message.Session.Id, message.Session.Version));
        }

        return taken;
    }
}
