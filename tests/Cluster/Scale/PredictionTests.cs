using System.Globalization;
using Fayo.Calls.Scale.Model;
using Xunit;

namespace Fayo.Calls.Tests.Cluster.Scale;

/// <summary>The model that <c>./fayo bench --scale</c> plays agrees with what the service does.</summary>
[Collection(nameof(ScaleRun))]
public sealed class PredictionTests(ScaleMeasurements measurements, ITestOutputHelper output)
{
    private const double RelativeTolerance = 0.1;

    /// <summary>Few calls are played, so that chance shows.</summary>
    private const double Tolerance = 0.5;

    public static TheoryData<ScaleActivity> Activities => [.. Enum.GetValues<ScaleActivity>()];

    [Theory]
    [MemberData(nameof(Activities))]
    public void What_is_predicted_for_one_to_sixteen_silos_is_measured_within_a_tenth(ScaleActivity activity)
    {
        foreach (var size in ScaleMeasurements.Sizes)
        {
            var measured = measurements.Costs[size][activity];
            var predicted = new ActivityModel(size, ScalePlay.PageSize).Predict()[Enum.Parse<Activity>(activity.ToString())];
            output.WriteLine($"{size} silos: {measured.DescribeCalls()}");
            AssertNear(size, "grain calls", predicted.GrainCalls, measured.GrainCalls);
            AssertNear(size, "messages", predicted.Messages, measured.Messages);
        }
    }

    private void AssertNear(int silos, string what, double predicted, double measured)
    {
        var result = string.Create(
            CultureInfo.InvariantCulture, $"{silos} silos: {what} predicted {predicted:F1}, measured {measured:F1}.");
        output.WriteLine(result);
        Assert.True(Math.Abs(predicted - measured) <= (RelativeTolerance * predicted) + Tolerance, result);
    }
}
