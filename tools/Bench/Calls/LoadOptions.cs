namespace Fayo.Calls.Bench.Calls;

/// <summary>How calls are driven.</summary>
internal sealed record LoadOptions
{
    /// <summary>Closed loop: how many calls are under way at any time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Open loop: how many calls begin in a second, however the service does; null for the closed loop.</summary>
    public int? Rate { get; init; }

    /// <summary>How many pairs of users take turns; each callee holds a connection.</summary>
    public required int Users { get; init; }

    /// <summary>Whether callees are connected by Socket.IO instead of SignalR.</summary>
    public bool BySocketIo { get; init; }

    /// <summary>How many calls are driven at least before they are measured; 0 where <see cref="Warmup"/> alone decides.</summary>
    public int WarmupCalls { get; init; }

    /// <summary>How long calls are driven before they are measured.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>How long calls are measured.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>The service's process, for its CPU time; null where it is unknown.</summary>
    public int? ServerProcessId { get; init; }

    /// <summary>PostgreSQL's first process, for the CPU time of all of them; null where it is unknown.</summary>
    public int? PostgresProcessId { get; init; }
}
