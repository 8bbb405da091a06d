using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>What becomes of writes that wait for the writer.</summary>
public sealed class PendingWritesTests
{
    [Fact]
    public void A_write_that_comes_while_others_are_told_that_they_failed_has_an_attempt_of_its_own()
    {
        var pending = new PendingWrites();
        var (inBatch, waiting, next) = (New(), New(), New());
        pending.TryAdd(inBatch);
        pending.TakeBatch();
        pending.TryAdd(waiting);
        var hasCome = false;

        pending.FailAll(() =>
        {
            hasCome = hasCome || pending.TryAdd(next);
            return new CallStoreUnavailableException("The database is away.");
        });

        Assert.True(inBatch.Task.IsFaulted);
        Assert.True(waiting.Task.IsFaulted);
        Assert.False(next.Task.IsCompleted);
        Assert.True(pending.TakeBatch());
        Assert.Equal([next], pending.Batch);
        Assert.Equal(1, pending.Count);
    }

    private static PendingWrite New()
    {
        var state = Calls.New();
        return new PendingWrite(new CallWrite(state.Session.Id, ExpectedVersion: null, state, [], CallClaims.None));
    }
}
