using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Fayo.Calls.Gateway.Auth;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Users;

/// <summary>
/// Puts users on record whose tokens were verified. Nobody waits for it, and what this silo has put on record before costs
/// nothing again, until a day has passed: then the record has to tell that the user is still there.
/// </summary>
internal sealed class UserRecorder(IUserReader users, TimeProvider time, ILogger<UserRecorder> logger) : BackgroundService, ICallerObserver
{
    /// <summary>How many users are remembered as known; when there are more, all are asked about once more.</summary>
    private const int MaxKnown = 262_144;

    private const int MaxWaiting = 16_384;
    private const int BatchSize = 500;

    private static readonly TimeSpan RecordedFor = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Recorded> _known = new(StringComparer.Ordinal);
    private readonly Channel<UserProfile> _waiting = Channel.CreateBounded<UserProfile>(MaxWaiting);
    private int _count;

    public void OnVerified(JsonWebToken token, Caller caller) => Record(TokenProfile.Read(token, caller));

    public void OnSeenAgain(string userId) => RecordAgain(userId);

    /// <summary>Notes who somebody is, by a verified token.</summary>
    public void Record(UserProfile user)
    {
        var fingerprint = user.GetHashCode();
        if (_known.TryGetValue(user.Id, out var known) && known.Fingerprint == fingerprint && IsFresh(known))
        {
            return;
        }

        Write(user, fingerprint);
    }

    /// <summary>Notes that somebody is still there, by a token that was verified before.</summary>
    public void RecordAgain(string userId)
    {
        if (!_known.TryGetValue(userId, out var known))
        {
            Write(new UserProfile(userId), fingerprint: 0);
        }
        else if (!IsFresh(known))
        {
            Write(new UserProfile(userId), known.Fingerprint);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new Dictionary<string, UserProfile>(StringComparer.Ordinal);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var user))
                {
                    batch[user.Id] = batch.TryGetValue(user.Id, out var before) ? Merge(before, user) : user;
                }

                await WriteAsync(batch.Values, stoppingToken);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever was not written yet is seen again.
        }
    }

    private async Task WriteAsync(Dictionary<string, UserProfile>.ValueCollection batch, CancellationToken stoppingToken)
    {
        for (var isSaid = false; ; isSaid = true)
        {
            try
            {
                await users.NoteAsync(batch, stoppingToken);
                return;
            }
            catch (CallStoreUnavailableException)
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (isSaid)
                {
                    // Their next tokens tell it again.
                    foreach (var user in batch)
                    {
                        Forget(user.Id);
                    }

                    return;
                }

                logger.UsersNotRecorded(batch.Count, e.GetType().Name);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private bool IsFresh(Recorded known) => time.GetElapsedTime(known.At) < RecordedFor;

    private void Write(UserProfile user, int fingerprint)
    {
        Remember(user.Id, new Recorded(fingerprint, time.GetTimestamp()));
        if (!_waiting.Writer.TryWrite(user))
        {
            // The database is away, or far behind: the user's next request tells it again.
            Forget(user.Id);
        }
    }

    /// <summary>As the record does: what one token leaves out, another may have told.</summary>
    private static UserProfile Merge(UserProfile before, UserProfile user) => user with
    {
        FirstName = user.FirstName ?? before.FirstName,
        LastName = user.LastName ?? before.LastName,
        Role = user.Role ?? before.Role,
    };

    private void Forget(string userId)
    {
        if (_known.TryRemove(userId, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private void Remember(string userId, Recorded noted)
    {
        if (_known.TryAdd(userId, noted))
        {
            if (Interlocked.Increment(ref _count) > MaxKnown)
            {
                _known.Clear();
                Interlocked.Exchange(ref _count, 0);
            }
        }
        else
        {
            _known[userId] = noted;
        }
    }

    /// <summary>What was put on record.</summary>
    /// <param name="Fingerprint">Of the profile; 0 where only the id was known.</param>
    /// <param name="At">When, as the clock's timestamp.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Recorded(int Fingerprint, long At);
}
