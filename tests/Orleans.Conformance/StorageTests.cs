using Fayo.Calls.Tests.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Fayo.Calls.Tests.Conformance;

[GenerateSerializer]
[Immutable]
[Alias("conformance.Note")]
public sealed record Note
{
    [Id(0)]
    public string Text { get; init; } = "";

    [Id(1)]
    public int Writes { get; init; }
}

public interface IStoringGrain : IGrainWithStringKey
{
    Task<Note> Read();

    Task<string?> Write(string text);

    Task Clear();

    Task<bool> Exists();

    Task EndActivation();
}

public sealed class StoringGrain([PersistentState("conformance-note", "conformance")] IPersistentState<Note> note) : Grain, IStoringGrain
{
    public Task<Note> Read() => Task.FromResult(note.State);

    public async Task<string?> Write(string text)
    {
        note.State = new() { Text = text, Writes = note.State.Writes + 1 };
        await note.WriteStateAsync();
        return note.Etag;
    }

    public Task Clear() => note.ClearStateAsync();

    public Task<bool> Exists() => Task.FromResult(note.RecordExists);

    public Task EndActivation()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>A storage of one's own, which fails for some keys.</summary>
public sealed class BrokenStorage : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainId.Key.ToString()!.StartsWith("unreadable:", StringComparison.Ordinal)
            ? throw new IOException("cannot read")
            : Task.CompletedTask;

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        throw new IOException("cannot write");
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
}

public sealed class StorageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly string _key = "storing:" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task State_survives_the_activation_and_the_silo()
    {
        await using (var silo = await StartAsync())
        {
            var grain = silo.Grains.GetGrain<IStoringGrain>(_key);
            Assert.Equal(new Note(), await grain.Read());
            Assert.False(await grain.Exists());
            Assert.Equal("1", await grain.Write("first"));
            await grain.EndActivation();
            Assert.Equal(new Note { Text = "first", Writes = 1 }, await grain.Read());
            Assert.Equal("2", await grain.Write("second"));
        }

        await using (var silo = await StartAsync())
        {
            var grain = silo.Grains.GetGrain<IStoringGrain>(_key);
            Assert.Equal(new Note { Text = "second", Writes = 2 }, await grain.Read());
            Assert.True(await grain.Exists());
        }
    }

    [Fact]
    public async Task Cleared_state_is_gone_and_can_be_written_again()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStoringGrain>(_key);
        await grain.Write("text");

        await grain.Clear();

        Assert.False(await grain.Exists());
        await grain.EndActivation();
        Assert.Equal(new Note(), await grain.Read());
        await grain.Write("again");
        await grain.EndActivation();
        Assert.Equal(new Note { Text = "again", Writes = 1 }, await grain.Read());
    }

    [Fact]
    public async Task Of_two_conflicting_writes_the_second_fails_and_its_grain_starts_again_from_what_is_stored()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var first = one.Grains.GetGrain<IStoringGrain>(_key);
        var second = other.Grains.GetGrain<IStoringGrain>(_key);
        await first.Read();
        await second.Read();
        await first.Write("first");

        await Assert.ThrowsAsync<InconsistentStateException>(() => second.Write("second"));

        Assert.Equal("first", (await second.Read()).Text);
        await second.Write("third");
        await Assert.ThrowsAsync<InconsistentStateException>(() => first.Write("fourth"));
        await Assert.ThrowsAsync<InconsistentStateException>(async () =>
        {
            await first.Read();
            await second.Write("fifth");
            await first.Clear();
        });
        Assert.Equal(new Note { Text = "fifth", Writes = 3 }, await first.Read());
    }

    [Fact]
    public async Task A_storage_that_does_not_exist_fails_the_call()
    {
        await using var silo = await TestSilo.StartAsync();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => silo.Grains.GetGrain<IStoringGrain>(_key).Read());

        Assert.Contains("named \"conformance\"", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_failure_of_a_storage_of_ones_own_reaches_the_caller_as_OrleansException()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Services.AddKeyedSingleton<IGrainStorage, BrokenStorage>("conformance"));

        var unreadable = await Assert.ThrowsAsync<OrleansException>(silo.Grains.GetGrain<IStoringGrain>("unreadable:" + _key).Read);
        var unwritable = await Assert.ThrowsAsync<OrleansException>(() => silo.Grains.GetGrain<IStoringGrain>(_key).Write("text"));

        Assert.Contains("cannot read", unreadable.Message, StringComparison.Ordinal);
        Assert.Contains("cannot write", unwritable.Message, StringComparison.Ordinal);
        Assert.Equal(new Note { Text = "text", Writes = 1 }, await silo.Grains.GetGrain<IStoringGrain>(_key).Read());
    }

    [Fact]
    public async Task A_silo_does_not_start_without_the_storage_statements()
    {
        await database.ExecuteAsync("UPDATE OrleansQuery SET QueryKey = 'Elsewhere' WHERE QueryKey = 'ReadFromStorageKey'");
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(StartAsync);
        }
        finally
        {
            await database.ExecuteAsync("UPDATE OrleansQuery SET QueryKey = 'ReadFromStorageKey' WHERE QueryKey = 'Elsewhere'");
        }

        await using var silo = await StartAsync();
    }

    /// <summary>The columns are those that Orleans 10.4.2 writes, so that either implementation finds the other's rows.</summary>
    [Theory]
    [InlineData("user:ana", 1311156697)]
    [InlineData("a key that is longer than sixteen bytes, with ünicode", -861038111)]
    public async Task A_row_has_the_key_columns_that_Orleans_gives_it(string key, int keyHash)
    {
        await database.ExecuteAsync("DELETE FROM OrleansStorage");
        await using var silo = await StartAsync();
        await silo.Grains.GetGrain<IStoringGrain>(key).Write("text");

        var row = await database.SingleRowAsync(
            """
            SELECT GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId,
                convert_from(PayloadBinary, 'UTF8')
            FROM OrleansStorage
            """);

        Assert.Equal([keyHash, 560655244, 0L, 0L, key, "conformance-note", "conformance", """{"Text":"text","Writes":1}"""], row);
    }

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(silo => database.Configure(silo, "conformance"));
}
