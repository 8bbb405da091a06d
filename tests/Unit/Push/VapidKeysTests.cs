using Fayo.Calls.Push.Settings;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Push;

/// <summary>The keys for Web Push.</summary>
public class VapidKeysTests
{
    [Fact]
    public void Keys_that_were_made_can_be_read_again()
    {
        var made = VapidKeys.Create();

        var read = VapidKeys.Parse(made.PublicKey, made.PrivateKey);

        Assert.Equal((made.PublicKey, made.PrivateKey), (read.PublicKey, read.PrivateKey));
        Assert.True(VapidKeys.IsPublicKey(made.PublicKey));
        Assert.NotEqual(made.PrivateKey, VapidKeys.Create().PrivateKey);
    }

    [Fact]
    public void A_private_key_of_another_pair_or_of_another_kind_is_refused_and_not_repeated()
    {
        var keys = VapidKeys.Create();
        var wrong = VapidKeys.Create().PrivateKey;

        foreach (var text in new[] { wrong, "", "AAAA", new string('A', 43), keys.PublicKey })
        {
            var refusal = Assert.Throws<FormatException>(() => VapidKeys.Parse(keys.PublicKey, text));
            Assert.True(text.Length == 0 || !refusal.Message.Contains(text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64url")]
    [InlineData("BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_text_that_is_no_point_of_the_curve_is_no_public_key(string text) => Assert.False(VapidKeys.IsPublicKey(text));
}
