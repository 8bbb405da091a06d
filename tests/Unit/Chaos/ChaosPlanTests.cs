using System.Text.Json;
using Fayo.Calls.Chaos.Plan;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Chaos;

public class ChaosPlanTests
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_same_seed_makes_the_same_plan_and_another_seed_another()
    {
        Assert.Equal(Describe(42), Describe(42));
        Assert.NotEqual(Describe(42), Describe(43));
    }

    [Fact]
    public void A_plan_has_every_kind_of_step_and_of_fault_within_its_time()
    {
        var plan = ChaosPlan.Make(42, users: 20, Length, kills: true, databaseFaults: true);

        var steps = plan.Calls.SelectMany(call => call.Steps);
        Assert.Equal(Enum.GetValues<StepKind>().Order(), steps.Select(step => step.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), plan.Faults.Select(fault => fault.Kind).Distinct().Order());
        Assert.All(plan.Calls, call => Assert.InRange(call.At, TimeSpan.Zero, Length));
        Assert.All(plan.Faults, fault => Assert.InRange(fault.At, TimeSpan.Zero, Length));
        Assert.All(plan.Calls, call => Assert.NotEqual(call.Initiator, call.Recipient));
    }

    [Fact]
    public void A_service_that_is_not_ours_is_never_killed_and_its_database_never_disturbed()
    {
        var plan = ChaosPlan.Make(42, users: 20, Length, kills: false, databaseFaults: false);

        Assert.All(plan.Faults, fault => Assert.True(fault.IsOfConnection));
    }

    [Fact]
    public void The_rest_of_a_plan_is_the_same_with_faults_of_the_database_and_without()
    {
        var with = ChaosPlan.Make(42, users: 20, Length, kills: true, databaseFaults: true);
        var without = ChaosPlan.Make(42, users: 20, Length, kills: true, databaseFaults: false);

        Assert.Equal(without.Faults, with.Faults.Where(fault => !fault.IsOfDatabase));
        Assert.Equal(JsonSerializer.Serialize(without.Calls), JsonSerializer.Serialize(with.Calls));
    }

    private static string Describe(int seed) =>
        JsonSerializer.Serialize(ChaosPlan.Make(seed, users: 20, Length, kills: true, databaseFaults: true));
}
