namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>What something costs a cluster.</summary>
/// <param name="GrainCalls">Calls of grains and grain services of the service, on the same silo or another.</param>
/// <param name="Messages">Messages from silo to silo, requests and answers, those of Orleans' own directory of grains included.</param>
/// <param name="Bytes">Their length, in bytes.</param>
/// <param name="Statements">Statements to the database.</param>
public sealed record Cost(double GrainCalls, double Messages, double Bytes, double Statements)
{
    /// <summary>The difference of two readings.</summary>
    public static Cost operator -(Cost later, Cost earlier) => new(
        later.GrainCalls - earlier.GrainCalls,
        later.Messages - earlier.Messages,
        later.Bytes - earlier.Bytes,
        later.Statements - earlier.Statements);

    /// <summary>The average.</summary>
    public static Cost operator /(Cost total, double count) =>
        new(total.GrainCalls / count, total.Messages / count, total.Bytes / count, total.Statements / count);
}
