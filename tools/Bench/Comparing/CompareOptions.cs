using Fayo.Calls.Bench.Calls;

namespace Fayo.Calls.Bench.Comparing;

/// <summary>What is compared, and how.</summary>
internal sealed record CompareOptions
{
    /// <summary>The servers, in the order of their turns.</summary>
    public required IReadOnlyList<ComparedServer> Servers { get; init; }

    /// <summary>How often each server has its turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>How calls are driven in each turn.</summary>
    public required LoadOptions Load { get; init; }

    /// <summary>How many calls each server gets before its first turn, so that its code is compiled.</summary>
    public required int WarmupCalls { get; init; }

    /// <summary>The folder in which the servers' PostgreSQLs are made.</summary>
    public required string Workspace { get; init; }

    /// <summary>Whether lines of JSON are printed instead of a table.</summary>
    public required bool Json { get; init; }
}
