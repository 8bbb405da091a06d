using System.Globalization;
using Fayo.Calls.Push.Services;
using Fayo.Calls.Push.Settings;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Push;

/// <inheritdoc cref="IPushSender"/>
/// <remarks>
/// Every push has a task of its own, off the scheduler of the grain that asks for it. Only so many pushes are there at a time; more are
/// dropped at once.
/// </remarks>
internal sealed class PushSender : IPushSender, IDisposable
{
    /// <summary>How many pushes may be there, on their way or waiting to be tried again.</summary>
    private const int MaxPushes = 8192;

    private const int MaxConcurrent = 256;
    private const int MaxConcurrentToOne = 64;

    /// <summary>How long a push is tried that is of use for longer than a ring.</summary>
    private static readonly TimeSpan MaxRetryTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(8);

    private readonly PushPlaces _places = new(MaxConcurrent, MaxConcurrentToOne);
    private readonly Dictionary<PushPlatform, IPushService> _services = [];
    private readonly PushSettings _settings;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly PushMetrics _metrics;
    private readonly ILogger _logger;
    private int _count;

    public PushSender(PushSettings settings, IGrainFactory grains, TimeProvider clock, PushMetrics metrics, ILogger<PushSender> logger)
    {
        _settings = settings;
        _grains = grains;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        if (settings.Vapid is not null)
        {
            _services.Add(PushPlatform.Web, new WebPushService(settings, clock));
        }

        if (settings.Fcm is { } fcm)
        {
            _services.Add(PushPlatform.Fcm, new FcmService(fcm, settings.AttemptTimeout, clock));
        }

        if (settings.Apns is { } apns)
        {
            _services.Add(PushPlatform.ApnsVoip, new ApnsService(apns, settings.AttemptTimeout, clock));
        }
    }

    /// <inheritdoc/>
    public bool IsOn => _settings.IsOn;

    /// <inheritdoc/>
    public string? VapidPublicKey => _settings.Vapid?.PublicKey;

    /// <inheritdoc/>
    public bool Supports(PushPlatform platform) => _services.ContainsKey(platform);

    /// <inheritdoc/>
    public (string Field, string Rule)? FindProblem(PushDevice device) => _services[device.Platform].FindProblem(device);

    /// <inheritdoc/>
    public Task<PushResult> SendAsync(string userId, PushDevice device, PushMessage message, Func<bool>? isWanted = null) =>
        Task.Run(() => SendAndNoteAsync(userId, device, message, isWanted ?? (static () => true)));

    public void Dispose()
    {
        foreach (var service in _services.Values.OfType<IDisposable>())
        {
            service.Dispose();
        }

        _places.Dispose();
    }

    private async Task<PushResult> SendAndNoteAsync(string userId, PushDevice device, PushMessage message, Func<bool> isWanted)
    {
        PushResult result;
        try
        {
            result = Interlocked.Increment(ref _count) > MaxPushes
                ? new PushResult(PushOutcome.Dropped, "not sent: too many pushes are on their way")
                : await TrySendAsync(device, message, isWanted);
        }
        catch (Exception e)
        {
            result = new PushResult(PushOutcome.Failed, $"not sent: {e.GetType().Name}");
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }

        _metrics.Record(device.Platform, result.Outcome);
        if (result.Outcome is PushOutcome.Failed or PushOutcome.NoAnswer)
        {
            _logger.PushFailed(device.Platform, device.DeviceId, userId, result.Answer);
        }

        if (result.Outcome != PushOutcome.Dropped)
        {
            _ = NoteAsync(userId, device, result);
        }

        return result;
    }

    /// <summary>Tries until the push service has taken or refused the push, or there is no time left.</summary>
    private async Task<PushResult> TrySendAsync(PushDevice device, PushMessage message, Func<bool> isWanted)
    {
        if (!_services.TryGetValue(device.Platform, out var service))
        {
            return new PushResult(PushOutcome.Dropped, "not sent: its push service is not configured");
        }

        var now = _clock.GetUtcNow();
        var until = message.ExpiresAt - now < MaxRetryTime ? message.ExpiresAt : now + MaxRetryTime;
        PushAttempt? last = null;
        var mayHaveArrived = false;
        var pause = FirstPause;
        for (var attempts = 1; ; attempts++)
        {
            if (until <= _clock.GetUtcNow() || !isWanted())
            {
                return Give(last, mayHaveArrived, attempts - 1);
            }

            last = await TryOnceAsync(service, device, message, until);
            mayHaveArrived |= last is { Outcome: PushOutcome.NoAnswer };
            var wait = last is null || !last.MayPass ? TimeSpan.Zero : PauseOf(last, pause);
            if (last is null || !last.MayPass || _clock.GetUtcNow() + wait >= until)
            {
                return Give(last, mayHaveArrived, attempts);
            }

            await Task.Delay(wait, _clock);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        }
    }

    /// <summary>Sends once.</summary>
    /// <returns>Null where there was no place for it until it was too late.</returns>
    private async Task<PushAttempt?> TryOnceAsync(IPushService service, PushDevice device, PushMessage message, DateTimeOffset until)
    {
        IDisposable visit;
        try
        {
            using var untilThen = new CancellationTokenSource(until - _clock.GetUtcNow(), _clock);
            visit = await _places.EnterAsync(service.PlaceOf(device), untilThen.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        using (visit)
        {
            var timeToLive = message.ExpiresAt - _clock.GetUtcNow();
            using var limit = new CancellationTokenSource(_settings.AttemptTimeout, _clock);
            try
            {
                return timeToLive > TimeSpan.Zero ? await service.SendAsync(device, message, timeToLive, limit.Token) : null;
            }
            catch (OperationCanceledException)
            {
                return new PushAttempt(PushOutcome.NoAnswer, "no answer in time") { MayPass = true };
            }
            catch (HttpRequestException e) when (IsForbidden(e))
            {
                return new PushAttempt(PushOutcome.Failed, "its address is not public");
            }
            catch (HttpRequestException e)
            {
                return new PushAttempt(PushOutcome.NoAnswer, $"no answer: {e.HttpRequestError}") { MayPass = true };
            }
        }
    }

    private static bool IsForbidden(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is ForbiddenAddressException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As long as the push service asks for, and else ever longer; not all at the same moment.</summary>
    private static TimeSpan PauseOf(PushAttempt attempt, TimeSpan pause)
    {
        var own = pause * (0.75 + (Random.Shared.NextDouble() / 2));
        return attempt.RetryAfter is { } asked && asked > own ? asked : own;
    }

    private static PushResult Give(PushAttempt? last, bool mayHaveArrived, int attempts)
    {
        if (last is null)
        {
            return mayHaveArrived
                ? new PushResult(PushOutcome.NoAnswer, "no answer in time")
                : new PushResult(PushOutcome.Dropped, "not sent: of no use any more");
        }

        var answer = attempts == 1 ? last.Answer : string.Create(CultureInfo.InvariantCulture, $"{last.Answer}, {attempts} attempts");
        var outcome = last.Outcome == PushOutcome.Failed && mayHaveArrived ? PushOutcome.NoAnswer : last.Outcome;
        return new PushResult(outcome, answer);
    }

    private async Task NoteAsync(string userId, PushDevice device, PushResult result)
    {
        try
        {
            await _grains.GetPushDevices(userId).NotePushed(device, result.Answer, result.Outcome == PushOutcome.Gone);
        }
        catch (Exception e)
        {
            _logger.AnswerNotNoted(device.DeviceId, userId, e.GetType().Name);
        }
    }
}
