namespace Fayo.Calls.Scale.Run;

/// <summary>What happened in a stretch of virtual time. Figures are of a second.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="Messages">Messages between silos.</param>
/// <param name="SentBySilo">What a silo sent of them on average.</param>
/// <param name="MaxSentBySilo">What the silo sent that sent most.</param>
/// <param name="GrainCalls">Calls of grains.</param>
/// <param name="MaxCallsOfPartition">Those of the partition of the directory that was called most.</param>
internal sealed record Phase(
    string Name,
    double Seconds,
    double Messages,
    double SentBySilo,
    double MaxSentBySilo,
    double GrainCalls,
    double MaxCallsOfPartition);
