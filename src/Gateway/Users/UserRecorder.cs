using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Fayo.Calls.Gateway.Auth;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Users;

/// <summary>
/// Writes the users whose tokens were accepted to the database. No request waits for it. What this silo has written once, it
/// writes again only after a day, to record that the user is still active.
/// </summary>
internal sealed class UserRecorder(IUserReader users, TimeProvider time, ILogger<UserRecorder> logger) : BackgroundService, ICallerObserver
{
    /// <summary>How many users are remembered as written. When there are more, all are forgotten, and each is written once more.</summary>
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

    /// <summary>Records a user by what a verified token says.</summary>
    public void Record(UserProfile user)
    {
        var fingerprint = user.GetHashCode();
        if (_known.TryGetValue(user.Id, out var known) && known.Fingerprint == fingerprint && IsFresh(known))
        {
            return;
        }

        Write(user, fingerprint);
    }

    /// <summary>Records that a user is still active, by a token that was verified before.</summary>
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
            // Users who were not written yet are recorded when they come again.
        }
    }

    private async Task WriteAsync(Dictionary<string, UserProfile>.ValueCollection batch, CancellationToken stoppingToken)
    {
        for (var hasFailed = false; ; hasFailed = true)
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
                if (hasFailed)
                {
                    // The users are recorded again with their next requests.
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
            // The database cannot be reached or is slow. The user is recorded with the next request.
            Forget(user.Id);
        }
    }

    /// <summary>Combines what two tokens say of a user, as the database does: what one leaves out, the other may contain.</summary>
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

    private void Remember(string userId, Recorded recorded)
    {
        if (_known.TryAdd(userId, recorded))
        {
            if (Interlocked.Increment(ref _count) > MaxKnown)
            {
                _known.Clear();
                Interlocked.Exchange(ref _count, 0);
            }
        }
        else
        {
            _known[userId] = recorded;
        }
    }

    /// <summary>What was written of a user.</summary>
    /// <param name="Fingerprint">The hash of the profile; 0 where only the id was known.</param>
    /// <param name="At">The time, as the clock's timestamp.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Recorded(int Fingerprint, long At);
}
