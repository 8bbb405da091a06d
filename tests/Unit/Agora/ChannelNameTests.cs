using System.Text;
using System.Text.RegularExpressions;
using Fayo.Calls.Agora;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

public sealed partial class ChannelNameTests
{
    // Agora's list, written out once more: the product's own is what is being tested.
    private const string Agoras =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{|}~,";

    [Property(Arbitrary = [typeof(HostileIds)], MaxTest = 500)]
    public void A_generated_name_is_agoras_whatever_the_initiators_id(string initiatorId)
    {
        var name = ChannelName.Generate(initiatorId);

        Assert.Matches(Generated(), name);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 63);
        Assert.Null(ChannelName.Check(name));
    }

    [Theory]
    [InlineData("3f0c9a52-8a44-4c53-9f2e-111111111111", "3f0c9a52")]
    [InlineData("u1", "u1")]
    [InlineData("a_b-C9XYZ", "a_b-C9XY")]
    [InlineData("../../etc/passwd", "etcpassw")]
    [InlineData("josé@fayo", "josfayo")]
    [InlineData("", "user")]
    [InlineData("💥\0\u202e \r\n", "user")]
    [InlineData("ａｂｃ１２３", "user")]
    public void A_generated_name_shows_the_first_eight_usable_characters_of_the_id(string initiatorId, string shown) =>
        Assert.StartsWith($"fayo_{shown}_", ChannelName.Generate(initiatorId), StringComparison.Ordinal);

    [Fact]
    public void Two_names_for_the_same_initiator_share_no_random_part()
    {
        var names = Enumerable.Range(0, 1_000).Select(_ => ChannelName.Generate("initiator")).ToArray();
        Assert.Distinct(names);
        // 128 bits: were any of the 32 digits fixed, it would be the same in all of a thousand names.
        Assert.All(Enumerable.Range(1, 32), fromEnd => Assert.True(names.Select(name => name[^fromEnd]).Distinct().Count() > 8));
    }

    [Fact]
    public void An_initiator_is_needed() => Assert.Throws<ArgumentNullException>(() => ChannelName.Generate(null!));

    [Fact]
    public void Exactly_agoras_characters_are_accepted()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var character = (char)code;
            Assert.Equal(Agoras.Contains(character, StringComparison.Ordinal), ChannelName.Check($"a{character}b") is null);
        }
    }

    [Property(Arbitrary = [typeof(HostileIds)], MaxTest = 500)]
    public void A_name_is_accepted_exactly_when_its_characters_and_length_are_agoras(string name)
    {
        var isAgoras = Encoding.UTF8.GetByteCount(name) is >= 1 and <= 63
            && name.All(character => Agoras.Contains(character, StringComparison.Ordinal));

        Assert.Equal(isAgoras, ChannelName.Check(name) is null);
    }

    [Theory]
    [InlineData(null, "The channel name is empty.")]
    [InlineData("", "The channel name is empty.")]
    [InlineData("a/b", "the character / at position 2;")]
    [InlineData("quote\"", "the character \" at position 6;")]
    [InlineData("tab\t", "the character U+0009 at position 4;")]
    [InlineData("\u007f", "the character U+007F at position 1;")]
    [InlineData("josé", "the character U+00E9 at position 4;")]
    [InlineData("x💥", "the character U+1F4A5 at position 2;")]
    public void A_refusal_says_what_is_wrong(string? name, string said) =>
        Assert.Contains(said, ChannelName.Check(name), StringComparison.Ordinal);

    [Fact]
    public void Half_of_a_surrogate_pair_is_used_in_no_name_and_refused_in_one()
    {
        // No theory: the arguments of a theory travel as UTF-8, which has no such thing.
        Assert.StartsWith("fayo_ab_", ChannelName.Generate("a\ud83db"), StringComparison.Ordinal);
        Assert.Contains("the character U+DCA5 at position 2;", ChannelName.Check("a\udca5"), StringComparison.Ordinal);
        Assert.Contains("the character U+D83D at position 1;", ChannelName.Check("\ud83d"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_63_bytes_is_accepted_and_one_of_64_refused()
    {
        Assert.Null(ChannelName.Check(new string('a', 63)));
        Assert.Equal("The channel name has 64 bytes; at most 63 are allowed.", ChannelName.Check(new string('a', 64)));
    }

    [GeneratedRegex(@"\Afayo_[A-Za-z0-9_-]{1,8}_[0-9a-f]{32}\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Generated();

    /// <summary>Strings from everything that has ever broken a name: control characters, halves of pairs, look-alikes, emoji.</summary>
    public static class HostileIds
    {
        public static Arbitrary<string> Ids()
        {
            var pieces = Gen.OneOf(
                Gen.Elements<string>(Agoras.Select(character => character.ToString()).ToArray()),
                Gen.Elements("/", "\\", "'", "\"", "`", "*", "\0", "\r\n", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff",
                    "é", "e\u0301", "İ", "ß", "ａ", "０", "٣", "漢", "💥", "👩‍⚕️", "\ud83d", "\udca5", "\uffff"),
                Gen.Choose(0, char.MaxValue).Select(code => ((char)code).ToString()));
            var hostile =
                from length in Gen.Choose(0, 80)
                from chosen in Gen.ArrayOf(pieces, length)
                select string.Concat(chosen);
            var plain =
                from length in Gen.Choose(0, 70)
                from chosen in Gen.ArrayOf(Gen.Elements<char>(Agoras.ToCharArray()), length)
                select new string(chosen);
            return Arb.From(Gen.OneOf(hostile, plain));
        }
    }
}
