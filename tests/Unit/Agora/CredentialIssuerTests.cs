using Fayo.Calls.Agora;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

public sealed class CredentialIssuerTests
{
    private const string Certificate = "fedcba9876543210fedcba9876543210";

    private static readonly DateTimeOffset Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(5)).AddMilliseconds(890);

    private readonly CredentialIssuer _issuer = new(new AgoraProject("0123456789abcdef0123456789abcdef", Certificate));

    [Theory]
    [InlineData(AgoraRole.Host)]
    [InlineData(AgoraRole.Audience)]
    public void Both_roles_may_join_and_publish_until_the_token_ends(AgoraRole role)
    {
        var issued = _issuer.Issue("fayo_channel", "user-1", role, 600, Now);

        var read = TokenReader.Read(issued.Token);
        Assert.True(read.IsSignedWith(Certificate));
        Assert.Equal(_issuer.AppId, read.AppId);
        Assert.Equal(Now.ToUnixTimeSeconds(), read.IssuedAt);
        Assert.Equal(600u, read.SecondsToLive);
        var service = Assert.Single(read.Services);
        Assert.Equal(1, service.Type);
        Assert.Equal("fayo_channel", service.Channel);
        Assert.Equal("user-1", service.Account);
        Assert.Equal([(1, 600u), (2, 600u), (3, 600u), (4, 600u)], service.Privileges);
    }

    [Fact]
    public void The_end_that_is_told_is_the_end_that_agora_counts()
    {
        var issued = _issuer.Issue("c", "u", AgoraRole.Host, 600, Now);

        Assert.Equal(600, issued.ExpiresIn);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 0, 16, 7, TimeSpan.Zero), issued.ExpiresAt);
        Assert.Equal(TimeSpan.Zero, issued.ExpiresAt.Offset);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(86_400)]
    public void A_life_at_its_bounds_is_issued(int seconds) =>
        Assert.Equal((uint)seconds, TokenReader.Read(_issuer.Issue("c", "u", AgoraRole.Host, seconds, Now).Token).SecondsToLive);

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-60)]
    [InlineData(0)]
    [InlineData(86_401)]
    [InlineData(int.MaxValue)]
    public void A_life_out_of_bounds_is_refused_by_name(int seconds)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => _issuer.Issue("c", "u", AgoraRole.Host, seconds, Now));
        Assert.Equal("secondsToLive", refused.ParamName);
        Assert.Contains("1 to 86400 seconds", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_role_is_refused()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => _issuer.Issue("c", "u", (AgoraRole)2, 600, Now));
        Assert.Equal("role", refused.ParamName);
    }

    [Fact]
    public void An_account_that_would_let_in_somebody_else_is_refused()
    {
        // No account stands for any user; and half of a surrogate pair would be the same bytes as any other half.
        string?[] accounts = [null, "", "\ud800", "a\udfff"];
        Assert.All(accounts, account =>
            Assert.ThrowsAny<ArgumentException>(() => _issuer.Issue("c", account!, AgoraRole.Host, 600, Now)));
    }

    [Fact]
    public void An_account_may_have_255_bytes_and_no_more()
    {
        var longest = string.Concat(Enumerable.Repeat("漢", 85));
        Assert.Equal(longest, TokenReader.Read(_issuer.Issue("c", longest, AgoraRole.Host, 600, Now).Token).Services[0].Account);

        var refused = Assert.Throws<ArgumentException>(() => _issuer.Issue("c", longest + "a", AgoraRole.Host, 600, Now));
        Assert.Equal("userAccount", refused.ParamName);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void A_channel_name_that_agora_refuses_is_refused(string? channelName)
    {
        var refused = Assert.Throws<ArgumentException>(() => _issuer.Issue(channelName!, "u", AgoraRole.Host, 600, Now));
        Assert.Equal("channelName", refused.ParamName);
    }

    [Fact]
    public void Two_tokens_for_the_same_thing_differ()
    {
        var tokens = Enumerable.Range(0, 10).Select(_ => _issuer.Issue("c", "u", AgoraRole.Host, 600, Now).Token).ToArray();
        Assert.Distinct(tokens);
    }

    [Fact]
    public void No_text_form_shows_the_token()
    {
        var issued = _issuer.Issue("c", "u", AgoraRole.Host, 600, Now);
        Assert.Equal("a token until 2026-03-04 00:16:07Z", issued.ToString());
    }

    [Fact]
    public void Many_threads_at_a_seconds_turn_all_get_tokens_that_verify()
    {
        var tokens = new string[4_000];
        Parallel.For(0, tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            tokens[i] = _issuer.Issue("c", "u", AgoraRole.Host, 600, Now.AddSeconds(i % 3)).Token);

        var read = Array.ConvertAll(tokens, TokenReader.Read);
        Assert.All(read, token => Assert.True(token.IsSignedWith(Certificate)));
        Assert.Equal(3, read.Select(token => token.IssuedAt).Distinct().Count());
    }

    [Fact]
    public void Minting_allocates_the_token_and_next_to_nothing_else()
    {
        const int Tokens = 1_000;
        var length = _issuer.Issue("fayo_channel", "user-1", AgoraRole.Host, 600, Now).Token.Length;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Tokens; i++)
        {
            _issuer.Issue("fayo_channel", "user-1", AgoraRole.Host, 600, Now);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Tokens;
        Assert.InRange(each, length * sizeof(char), (length * sizeof(char)) + 64);
    }
}
