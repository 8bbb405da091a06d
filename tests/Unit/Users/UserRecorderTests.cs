using System.Threading.Channels;
using Fayo.Calls.Gateway.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Users;

public sealed class UserRecorderTests : IAsyncLifetime
{
    private static readonly UserProfile Ann = new("ann", "Ann", "Smith", "PATIENT");
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly Record _record = new();
    private readonly UserRecorder _recorder;

    public UserRecorderTests() => _recorder = new UserRecorder(_record, _time, NullLogger<UserRecorder>.Instance);

    public async ValueTask InitializeAsync() => await _recorder.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _recorder.StopAsync(CancellationToken.None);
        _recorder.Dispose();
    }

    [Fact]
    public async Task Whoever_comes_again_with_the_same_token_is_noted_again_when_a_day_has_passed()
    {
        _recorder.Record(Ann);
        Assert.Equal(Ann, await NextAsync());

        _time.Advance(TimeSpan.FromHours(23));
        _recorder.RecordAgain(Ann.Id);
        _recorder.Record(Ann);
        _time.Advance(TimeSpan.FromHours(1));
        _recorder.RecordAgain(Ann.Id);
        Assert.Equal(new UserProfile(Ann.Id), await NextAsync());

        // That it was the id alone is no reason to write the same names once more.
        _recorder.Record(Ann);
        _recorder.RecordAgain(Ann.Id);
        _recorder.Record(Ann with { Role = "DOCTOR" });
        Assert.Equal("DOCTOR", (await NextAsync()).Role);
    }

    private Task<UserProfile> NextAsync() => _record.Noted.Reader.ReadAsync().AsTask().WaitAsync(InTime);

    private sealed class Record : IUserReader
    {
        public Channel<UserProfile> Noted { get; } = Channel.CreateUnbounded<UserProfile>();

        public Task<IReadOnlyList<UserProfile>> ListAsync(string? search, int skip, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<string?> ReadRoleAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task NoteAsync(IReadOnlyCollection<UserProfile> users, CancellationToken cancellationToken)
        {
            foreach (var user in users)
            {
                await Noted.Writer.WriteAsync(user, cancellationToken);
            }
        }
    }
}
