using Fayo.Calls.Gateway.Settings;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

/// <summary>Who may call whom, by role.</summary>
public class CallMatrixTests
{
    private const string Hospital = "ADMIN:*, DOCTOR:*, PATIENT:ADMIN|DOCTOR";

    [Theory]
    [InlineData(Hospital, "ADMIN", "anybody")]
    [InlineData(Hospital, "PATIENT", "ADMIN DOCTOR")]
    [InlineData(Hospital, "VISITOR", "")]
    [InlineData(Hospital, null, "")]
    [InlineData("*:*", null, "anybody")]
    [InlineData("*:ADMIN,ADMIN:*", "VISITOR", "ADMIN")]
    [InlineData("*:ADMIN,ADMIN:*", null, "ADMIN")]
    public void A_role_may_call_the_roles_of_its_rule(string rules, string? caller, string recipients)
    {
        var matrix = CallMatrix.Parse(rules, out _)!;

        Assert.Equal(recipients, matrix.RecipientsOf(caller) is { } roles ? string.Join(' ', roles.Order()) : "anybody");
    }

    [Theory]
    [InlineData("ADMIN")]
    [InlineData("ADMIN:")]
    [InlineData(":ADMIN")]
    [InlineData("ADMIN:*,")]
    [InlineData("ADMIN:*|DOCTOR")]
    [InlineData("ADMIN:DOCTOR||PATIENT")]
    [InlineData("ADMIN:*, ADMIN:DOCTOR")]
    [InlineData("ADMIN:A:B")]
    public void What_is_no_rule_is_refused_with_a_reason(string rules)
    {
        Assert.Null(CallMatrix.Parse(rules, out var problem));
        Assert.NotNull(problem);
    }
}
