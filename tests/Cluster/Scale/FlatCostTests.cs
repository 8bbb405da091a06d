using System.Globalization;
using System.Text;
using Xunit;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>What things cost does not grow with the cluster. Counted in clusters of one to sixteen silos; no time is measured.</summary>
[Collection(nameof(ScaleRun))]
public sealed class FlatCostTests(ScaleMeasurements measurements, ITestOutputHelper output)
{
    private const int Reference = 4;

    /// <summary>Where a grain or a directory entry lies is chance, and few calls are played.</summary>
    private const double RelativeTolerance = 0.05;
    private const double Tolerance = 0.75;

    public static TheoryData<ScaleActivity> Activities =>
        [.. Enum.GetValues<ScaleActivity>().Where(activity => activity != ScaleActivity.PresencePage)];

    [Theory]
    [MemberData(nameof(Activities))]
    public void Sixteen_silos_do_no_more_for_it_than_four(ScaleActivity activity)
    {
        output.WriteLine(CreateTable(activity));
        foreach (var size in ScaleMeasurements.Sizes.Where(size => size > Reference))
        {
            AssertFlat(cost => cost.GrainCalls, "grain calls");
            AssertFlat(cost => cost.Messages, "messages");
            AssertFlat(cost => cost.Bytes / 1024, "KiB");
            AssertFlat(cost => cost.Statements, "statements");

            void AssertFlat(Func<Cost, double> figure, string what)
            {
                var limit = (figure(measurements.Costs[Reference][activity]) * MaxGrowth(size) * (1 + RelativeTolerance)) + Tolerance;
                var measured = figure(measurements.Costs[size][activity]);
                Assert.True(measured <= limit, string.Create(
                    CultureInfo.InvariantCulture, $"{size} silos: {measured:F1} {what}, more than {limit:F1}."));
            }
        }
    }

    [Fact]
    public void For_a_page_of_users_no_more_is_asked_than_a_partition_and_a_silo_for_each_of_them()
    {
        output.WriteLine(CreateTable(ScaleActivity.PresencePage));
        Assert.All(ScaleMeasurements.Sizes, size =>
        {
            var cost = measurements.Costs[size][ScaleActivity.PresencePage];
            Assert.InRange(cost.GrainCalls, 0, 2 * ScalePlay.PageSize);
            // A request and an answer each.
            Assert.InRange(cost.Messages, 0, 4 * ScalePlay.PageSize);
        });
    }

    /// <summary>
    /// How much more than in the reference something may cost without growing for ever. Of two things that lie anywhere, the probability
    /// that they lie on different silos is (N - 1) / N. A message needs one such chance, or two: whoever calls a grain asks the directory
    /// where the grain is only if it has not been called from there before, and with a message only if the entry lies elsewhere.
    /// </summary>
    private static double MaxGrowth(int size)
    {
        var growth = Distance(size) / Distance(Reference);
        return growth * growth;

        static double Distance(double silos) => (silos - 1) / silos;
    }

    private string CreateTable(ScaleActivity activity)
    {
        var table = new StringBuilder(activity + ":\n| silos | grain calls | messages | bytes | statements |\n|---|---|---|---|---|\n");
        foreach (var size in ScaleMeasurements.Sizes)
        {
            var cost = measurements.Costs[size][activity];
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {size} | {cost.GrainCalls:F1} | {cost.Messages:F1} | {cost.Bytes:F0} | {cost.Statements:F1} |");
        }

        return table.ToString();
    }
}
