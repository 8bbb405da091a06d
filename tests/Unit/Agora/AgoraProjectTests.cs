using System.Text.Json;
using Fayo.Calls.Agora;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

public sealed class AgoraProjectTests
{
    private const string AppId = "0123456789abcdef0123456789ABCDEF";
    private const string Certificate = "fedcba9876543210FEDCBA9876543210";

    public static TheoryData<string?> Malformed =>
    [
        new TheoryDataRow<string?>(null), "", " ", Certificate[..31], Certificate + "0", Certificate[..31] + "g",
        Certificate[..31] + " ", Certificate[..31] + "０",
    ];

    [Fact]
    public void The_certificate_is_in_no_text_form()
    {
        var project = new AgoraProject(AppId, Certificate);
        string[] forms = [project.ToString(), $"{project}", JsonSerializer.Serialize(project)];

        Assert.All(forms, form => Assert.Contains(AppId, form, StringComparison.Ordinal));
        Assert.All(forms, form => Assert.DoesNotContain(Certificate, form, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_certificate_is_no_public_property() =>
        Assert.Equal(["AppId"], typeof(AgoraProject).GetProperties().Select(property => property.Name));

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_app_id_is_refused_by_name(string? appId)
    {
        var refused = Assert.Throws<ArgumentException>(() => new AgoraProject(appId, Certificate));
        Assert.StartsWith("AppId ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_certificate_is_refused_by_name_and_not_printed(string? certificate)
    {
        var refused = Assert.Throws<ArgumentException>(() => new AgoraProject(AppId, certificate));
        Assert.StartsWith("AppCertificate ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Certificate[..31], refused.ToString(), StringComparison.Ordinal);
    }
}
