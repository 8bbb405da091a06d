namespace Fayo.Calls.Chaos.Records;

/// <summary>The messages about calls that one connection received.</summary>
/// <param name="userId">Whose connection.</param>
/// <param name="device">Which device.</param>
internal sealed class ConnectionLog(string userId, string device)
{
    // How long a device that reads again may take to catch up.
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Receipt> _receipts = [];
    private DateTimeOffset? _pausedAt;
    private DateTimeOffset? _resumedAt;

    public string UserId => userId;

    public string Device => device;

    /// <summary>When the service confirmed the connection; null before that.</summary>
    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>Until when the device read messages; null while it does.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>The messages in the order in which they were read.</summary>
    public IReadOnlyList<Receipt> Receipts
    {
        get
        {
            lock (_lock)
            {
                return [.. _receipts];
            }
        }
    }

    /// <summary>Records that the service confirmed the connection.</summary>
    public void Open(DateTimeOffset now)
    {
        lock (_lock)
        {
            OpenedAt ??= now;
        }
    }

    /// <summary>
    /// Records the end. A device that was asleep counts as disconnected from when it fell asleep: it has not read what came later.
    /// </summary>
    public void Close(DateTimeOffset now)
    {
        lock (_lock)
        {
            ClosedAt ??= IsBehind(now) ? _pausedAt : now;
        }
    }

    /// <summary>Records that the device stops reading.</summary>
    public void Pause(DateTimeOffset now)
    {
        lock (_lock)
        {
            _pausedAt = IsBehind(now) ? _pausedAt : now;
            _resumedAt = null;
        }
    }

    /// <summary>Records that the device reads again.</summary>
    public void Resume(DateTimeOffset now)
    {
        lock (_lock)
        {
            _resumedAt = now;
        }
    }

    /// <summary>Records a message.</summary>
    public void Add(ReceiptKind kind, CallView call, DateTimeOffset now)
    {
        lock (_lock)
        {
            _receipts.Add(new Receipt(now, kind, call, IsBehind(now)));
        }
    }

    private bool IsBehind(DateTimeOffset now) => _pausedAt is not null && (_resumedAt is null || now < _resumedAt + CatchUpTime);
}
