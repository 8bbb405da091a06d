using System.Globalization;
using System.Security.Cryptography;
using Fayo.Calls.Agora;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

public sealed class AccessToken2Tests
{
    private const string Certificate = "fedcba9876543210fedcba9876543210";

    private static readonly AgoraProject Project = new("0123456789abcdef0123456789abcdef", Certificate);
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static TheoryData<string> VectorNames => [.. Vectors.Load().All.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Tokens_hold_the_same_bytes_as_agoras_own(string name)
    {
        var vectors = Vectors.Load();
        var vector = vectors.All.Single(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        var grants = vector.Services.Select(service => GrantOf(service, vectors.Expire)).ToArray();

        var token = AccessToken2.Build(
            new AgoraProject(vectors.AppId, vectors.AppCertificate),
            DateTimeOffset.FromUnixTimeSeconds(vectors.IssueTs), vectors.Expire, vectors.Salt, grants);

        var inflated = TokenReader.Inflate(token);
        Assert.Equal(vector.InflatedBytes, inflated.Length);
        Assert.Equal(vector.InflatedSha256, Convert.ToHexStringLower(SHA256.HashData(inflated)));
        Assert.Equal(TokenReader.Inflate(vector.TokenZlibDefault), inflated);
    }

    [Fact]
    public void There_are_three_vectors() => Assert.Equal(3, VectorNames.Count);

    [Property(Arbitrary = [typeof(TokenContents)])]
    public void A_token_read_back_says_what_it_was_built_of(TokenContent content)
    {
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(content.IssuedAt);
        var rtc = ServiceGrant.Rtc(content.Channel, content.Account, content.Privileges, content.SecondsToLive);
        var rtm = ServiceGrant.Rtm(content.Account, content.SecondsToLive);

        var read = TokenReader.Read(AccessToken2.Build(Project, issuedAt, content.SecondsToLive, content.Salt, rtc, rtm));

        Assert.Equal(Project.AppId, read.AppId);
        Assert.Equal(content.IssuedAt, read.IssuedAt);
        Assert.Equal((uint)content.SecondsToLive, read.SecondsToLive);
        Assert.Equal((uint)content.Salt, read.Salt);
        Assert.True(read.IsSignedWith(Certificate));
        Assert.False(read.IsSignedWith("0edcba9876543210fedcba9876543210"));

        var numbers = Enumerable.Range(1, 4).Where(number => ((int)content.Privileges & (1 << number)) != 0);
        Assert.Equal(2, read.Services.Count);
        AssertService(1, content.Channel, read.Services[0]);
        Assert.Equal(numbers.Select(number => (number, (uint)content.SecondsToLive)), read.Services[0].Privileges);
        AssertService(2, null, read.Services[1]);
        Assert.Equal([(1, (uint)content.SecondsToLive)], read.Services[1].Privileges);

        void AssertService(int type, string? channel, ReadService service)
        {
            Assert.Equal(type, service.Type);
            Assert.Equal(channel, service.Channel);
            Assert.Equal(content.Account, service.Account);
        }
    }

    [Fact]
    public void The_longest_names_fit()
    {
        var channel = new string('~', 63);
        var account = string.Concat(Enumerable.Repeat("é", 127)) + "e";
        var read = TokenReader.Read(AccessToken2.Build(
            Project, Now, 600, 1, ServiceGrant.Rtc(channel, account, RtcPrivileges.Publisher, 600), ServiceGrant.Rtm(account, 600)));

        Assert.Equal(channel, read.Services[0].Channel);
        Assert.All(read.Services, service => Assert.Equal(account, service.Account));
    }

    [Fact]
    public void Tokens_of_different_seconds_are_signed_with_different_keys()
    {
        foreach (var second in (int[])[0, 1, 1, 0, 2])
        {
            var issuedAt = Now.AddSeconds(second);
            var read = TokenReader.Read(AccessToken2.Build(Project, issuedAt, 600, 1, Joining()));
            Assert.Equal(issuedAt.ToUnixTimeSeconds(), read.IssuedAt);
            Assert.True(read.IsSignedWith(Certificate));
        }
    }

    [Fact]
    public void Fractions_of_a_second_are_cut_off()
    {
        var read = TokenReader.Read(AccessToken2.Build(Project, Now.AddMilliseconds(999), 600, 1, Joining()));
        Assert.Equal(Now.ToUnixTimeSeconds(), read.IssuedAt);
    }

    [Fact]
    public void Services_out_of_order_twice_or_absent_are_refused()
    {
        var rtm = ServiceGrant.Rtm("u", 600);
        Assert.Throws<ArgumentException>(() => AccessToken2.Build(Project, Now, 600, 1));
        Assert.Throws<ArgumentException>(() => AccessToken2.Build(Project, Now, 600, 1, rtm, Joining()));
        Assert.Throws<ArgumentException>(() => AccessToken2.Build(Project, Now, 600, 1, rtm, rtm));
        Assert.Throws<ArgumentException>(() => AccessToken2.Build(Project, Now, 600, 1, default(ServiceGrant)));
    }

    [Theory]
    [InlineData(0, 1, "secondsToLive")]
    [InlineData(-1, 1, "secondsToLive")]
    [InlineData(600, 0, "salt")]
    [InlineData(600, -1, "salt")]
    [InlineData(600, 100_000_000, "salt")]
    public void Numbers_out_of_range_are_refused_by_name(int secondsToLive, int salt, string named)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => AccessToken2.Build(Project, Now, secondsToLive, salt, Joining()));
        Assert.Equal(named, refused.ParamName);
    }

    [Theory]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2106-02-07T06:28:16Z")]
    public void Times_that_32_bits_cannot_count_are_refused(string time)
    {
        var issuedAt = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => AccessToken2.Build(Project, issuedAt, 600, 1, Joining()));
        Assert.Equal("issuedAt", refused.ParamName);
    }

    [Theory]
    [InlineData(RtcPrivileges.None)]
    [InlineData(RtcPrivileges.PublishAudio)]
    [InlineData(RtcPrivileges.JoinChannel | (RtcPrivileges)1)]
    [InlineData(RtcPrivileges.JoinChannel | (RtcPrivileges)(1 << 5))]
    public void Privileges_without_joining_or_unknown_are_refused(RtcPrivileges privileges)
    {
        var refused = Assert.Throws<ArgumentException>(() => ServiceGrant.Rtc("c", "u", privileges, 600));
        Assert.Equal("privileges", refused.ParamName);
    }

    [Fact]
    public void Salts_fill_agoras_range_and_do_not_repeat()
    {
        var salts = Enumerable.Range(0, 10_000).Select(_ => Salt.Next()).ToArray();

        Assert.All(salts, salt => Assert.InRange(salt, 1, 99_999_999));
        // Of 10,000 out of 100 million some 5,000 lie in each half, and not even one pair in two runs is expected to be equal.
        Assert.InRange(salts.Count(salt => salt > 50_000_000), 4_500, 5_500);
        Assert.InRange(salts.Distinct().Count(), 9_980, 10_000);
    }

    private static ServiceGrant Joining() => ServiceGrant.Rtc("c", "u", RtcPrivileges.Subscriber, 600);

    private static ServiceGrant GrantOf(VectorService service, int expire)
    {
        const int Rtc = 1;
        if (service.Type != Rtc)
        {
            Assert.Equal([1], service.Privileges);
            return ServiceGrant.Rtm(service.Account, expire);
        }

        var privileges = service.Privileges.Aggregate(RtcPrivileges.None, (all, number) => all | (RtcPrivileges)(1 << number));
        return ServiceGrant.Rtc(service.Channel!, service.Account, privileges, expire);
    }

    public sealed record TokenContent(
        uint IssuedAt, int SecondsToLive, int Salt, string Channel, string Account, RtcPrivileges Privileges);

    public static class TokenContents
    {
        public static Arbitrary<TokenContent> Content() => Arb.From(
            from issuedAt in Gen.Choose(0, int.MaxValue)
            from later in Gen.Elements(0u, (uint)int.MaxValue, uint.MaxValue - int.MaxValue)
            from secondsToLive in Gen.Choose(1, int.MaxValue)
            from salt in Gen.Choose(1, 99_999_999)
            from channel in Strings(" !#$%&()+-:;<=.>?@[]^_{|}~,azAZ09", 1, 63)
            from account in Strings("azAZ09-_@/\0\u001b\"é漢", 0, 85)
            from publishing in Gen.Choose(0, 7)
            let privileges = RtcPrivileges.JoinChannel | (RtcPrivileges)(publishing << 2)
            select new TokenContent((uint)issuedAt + later, secondsToLive, salt, channel, account, privileges));

        private static Gen<string> Strings(string characters, int shortest, int longest) =>
            from length in Gen.Choose(shortest, longest)
            from chosen in Gen.ArrayOf(Gen.Elements<char>(characters.ToCharArray()), length)
            select new string(chosen);
    }
}
