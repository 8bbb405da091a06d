using System.Globalization;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>What something costs a cluster.</summary>
/// <param name="GrainCalls">Calls of grains and grain services of the service, on the same silo or another.</param>
/// <param name="Messages">Messages from silo to silo, requests and answers, those of Orleans' own directory of grains included.</param>
/// <param name="Bytes">Their length, in bytes.</param>
/// <param name="Statements">Statements to the database.</param>
/// <param name="ByMethod">
/// The calls of grains and grain services by what was called, so that a test that fails can say which were too many.
/// </param>
public sealed record Cost(
    double GrainCalls, double Messages, double Bytes, double Statements, IReadOnlyDictionary<string, double> ByMethod)
{
    /// <summary>The difference of two readings.</summary>
    public static Cost operator -(Cost later, Cost earlier) => new(
        later.GrainCalls - earlier.GrainCalls,
        later.Messages - earlier.Messages,
        later.Bytes - earlier.Bytes,
        later.Statements - earlier.Statements,
        later.ByMethod.ToDictionary(method => method.Key, method => method.Value - earlier.ByMethod.GetValueOrDefault(method.Key)));

    /// <summary>The average.</summary>
    public static Cost operator /(Cost total, double count) => new(
        total.GrainCalls / count,
        total.Messages / count,
        total.Bytes / count,
        total.Statements / count,
        total.ByMethod.ToDictionary(method => method.Key, method => method.Value / count));

    /// <summary>What was called, as <c>Report 1.0, Connect 1.0</c>.</summary>
    public string DescribeCalls() => string.Join(", ", ByMethod
        .Where(method => method.Value > 0)
        .OrderByDescending(method => method.Value)
        .Select(method => string.Create(CultureInfo.InvariantCulture, $"{method.Key} {method.Value:F2}")));
}
