namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>What one connection was told from its beginning to its end.</summary>
/// <param name="userId">Whose connection.</param>
/// <param name="device">Which device.</param>
internal sealed class ConnectionLog(string userId, string device)
{
    // A device that has begun to read again is given this long to catch up.
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Receipt> _receipts = [];
    private DateTimeOffset? _pausedAt;
    private DateTimeOffset? _resumedAt;

    public string UserId => userId;

    public string Device => device;

    /// <summary>When the service said that it is connected; null before that.</summary>
    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>Until when it took messages; null while it does.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>What it was told, in order.</summary>
    public IReadOnlyList<Receipt> Receipts
    {
        get
        {
            lock (_gate)
            {
                return [.. _receipts];
            }
        }
    }

    /// <summary>The service said that it is connected.</summary>
    public void Open(DateTimeOffset now)
    {
        lock (_gate)
        {
            OpenedAt ??= now;
        }
    }

    /// <summary>It ended. What a device did not read because it was asleep, it cannot have been told.</summary>
    public void Close(DateTimeOffset now)
    {
        lock (_gate)
        {
            ClosedAt ??= IsBehind(now) ? _pausedAt : now;
        }
    }

    /// <summary>The device stops reading.</summary>
    public void Pause(DateTimeOffset now)
    {
        lock (_gate)
        {
            _pausedAt = IsBehind(now) ? _pausedAt : now;
            _resumedAt = null;
        }
    }

    /// <summary>The device reads again.</summary>
    public void Resume(DateTimeOffset now)
    {
        lock (_gate)
        {
            _resumedAt = now;
        }
    }

    /// <summary>It was told something.</summary>
    public void Add(ReceiptKind kind, CallView call, DateTimeOffset now)
    {
        lock (_gate)
        {
            _receipts.Add(new Receipt(now, kind, call, IsBehind(now)));
        }
    }

    private bool IsBehind(DateTimeOffset now) => _pausedAt is not null && (_resumedAt is null || now < _resumedAt + CatchUp);
}

/// <summary>What a connection was told.</summary>
/// <param name="At">When it was read; for <c>sync</c>, when it was asked for.</param>
/// <param name="Kind">How.</param>
/// <param name="Call">The call as it was told.</param>
/// <param name="IsHeld">True where the device itself read it late.</param>
internal sealed record Receipt(DateTimeOffset At, ReceiptKind Kind, CallView Call, bool IsHeld)
{
    /// <summary>True where the device was told that the call has ended.</summary>
    public bool TellsEnd => Kind == ReceiptKind.Status && !Call.Status.IsOpen;
}

/// <summary>How a connection was told of a call.</summary>
internal enum ReceiptKind
{
    /// <summary><c>call_invitation</c>.</summary>
    Invitation,

    /// <summary><c>call_status</c>.</summary>
    Status,

    /// <summary>Among the invitations of <c>sync</c>.</summary>
    SyncedInvitation,

    /// <summary>Among the calls of <c>sync</c>.</summary>
    SyncedCall,
}
