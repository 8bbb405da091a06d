using Xunit;

namespace Fayo.Calls.Tests.Unit.Push;

/// <summary>A credential in a push is good for one user, one call and a time, and cannot be made without the secret.</summary>
public class PushCredentialsTests
{
    private const string Secret = "the secret of these tests, of 32 bytes";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly PushCredential Credential = new("bob \"1\"", "call_1", "phone ü", Now.AddMinutes(2));

    private readonly PushCredentials _credentials = new(Secret);

    [Fact]
    public void What_was_signed_is_read_until_it_expires()
    {
        var text = _credentials.Sign(Credential);

        Assert.Equal(Credential, _credentials.Verify(text, Now));
        Assert.Equal(Credential, _credentials.Verify(text, Now.AddSeconds(119)));
        Assert.Null(_credentials.Verify(text, Now.AddMinutes(2)));
        Assert.True(text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'));
    }

    [Fact]
    public void Not_a_character_can_be_changed()
    {
        var text = _credentials.Sign(Credential);
        // The last character of a signature holds bits that do not count.
        for (var i = 0; i < text.Length - 1; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.Null(_credentials.Verify(changed, Now));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("push_")]
    [InlineData("push_.")]
    [InlineData("push_.AAAA")]
    [InlineData("push_AAAA.ü")]
    [InlineData("ticket_AAAA.BBBB")]
    public void What_is_no_credential_is_refused(string text) => Assert.Null(_credentials.Verify(text, Now));

    [Fact]
    public void A_secret_that_was_replaced_is_accepted_as_long_as_it_is_named()
    {
        var text = _credentials.Sign(Credential);

        Assert.Null(new PushCredentials("another secret").Verify(text, Now));
        Assert.Equal(Credential, new PushCredentials("another secret", Secret).Verify(text, Now));
    }
}
