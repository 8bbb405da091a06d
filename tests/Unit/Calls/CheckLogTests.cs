using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

public sealed class CheckLogTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Lines<CheckLog> _lines = new();
    private readonly CheckLog _log;

    public CheckLogTests() => _log = new CheckLog(_lines, _clock);

    [Fact]
    public void However_many_calls_fail_it_is_said_once_and_once_that_all_is_well_again()
    {
        _log.NoteChecked();
        for (var call = 0; call < 1000; call++)
        {
            _log.NoteFailed($"call {call}", "TimeoutException", TimeSpan.FromSeconds(1));
            _log.NoteChecked();
        }

        Assert.StartsWith("Warning: The sweep could not check call call 0: TimeoutException.", Assert.Single(_lines.Texts));
        _clock.Advance(TimeSpan.FromMinutes(1));
        _log.NoteChecked();
        _log.NoteChecked();
        Assert.Equal("Information: The sweep can check calls again; 1000 checks have failed.", _lines.Texts[^1]);
        Assert.Equal(2, _lines.Texts.Count);

        _log.NoteFailed("call", "TimeoutException", TimeSpan.FromSeconds(1));
        Assert.Equal(3, _lines.Texts.Count);
    }
}
