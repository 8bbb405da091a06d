using System.Globalization;
using System.Text;
using Fayo.Calls.Storage.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Users are found as people type. Names are written with escapes where two ways to write them look the same.</summary>
public sealed class UserSearchTests : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    private readonly MigratedDatabase _database;
    private readonly Silo _silo;

    public UserSearchTests(MigratedDatabase database)
    {
        _database = database;
        _silo = new Silo(database.Settings);
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Theory]
    [InlineData("José", "Nuñez", "jose", "JOSÉ", "Jose\u0301", "nun\u0303ez", "NUNEZ jos", "José Nuñez", "nuñez, josé")]
    [InlineData("Zoe\u0308", "Mu\u0308ller", "zoë", "müller", "Muller", "mueller", "MÜLLER zoe", "ｍüｌｌｅｒ")]
    [InlineData("Steﬃ", "Ｙａｍａｄａ", "steffi", "yamada", "STEFFI YAM")]
    [InlineData("Jürgen", "Groß", "gross", "GROSS", "groß", "GROẞ", "juergen gro", "jurgen")]
    [InlineData("Ludwig", "Strassmann", "straßmann", "Strass")]
    [InlineData("Đức", "Nguyễn", "duc nguyen", "ĐỨC", "Nguye\u0302\u0303n", "nguyễ", "đuc")]
    [InlineData("Hương", "Trần", "huong", "tran huong", "TRẦN", "hu\u031Bo\u031Bng")]
    [InlineData("Οδυσσέας", "Παπαδόπουλος", "οδυσσεασ", "ΟΔΥΣΣΕΑΣ", "παπαδοπουλοσ", "Παπαδο\u0301πουλος", "ΠΑΠΑΔΌΠΟΥΛΟΣ οδυσ")]
    [InlineData("Семён", "Королёв", "семен", "СЕМЁН", "королев семе\u0308н", "Королёв")]
    [InlineData("Андрей", "Йорданов", "андреи", "АНДРЕЙ", "Андреи\u0306", "иорданов")]
    [InlineData("مُحَمَّد", "العليّ", "محمد", "العلي", "مُحَمَّد العلي")]
    [InlineData("أحمد", "فاطمة", "احمد", "فاطمه", "أحمد")]
    [InlineData("שָׁלוֹם", "כֹּהֵן", "שלום", "כהן", "כהן שלו")]
    [InlineData("Søren", "Østergaard", "soren", "SØREN", "ostergaard", "oestergaard", "soeren øst")]
    [InlineData("Åse", "Ærø", "ase", "aase", "aero", "ÆRØ", "A\u030Ase")]
    [InlineData("Łukasz", "Wałęsa", "lukasz", "WALESA", "wałe\u0328sa", "Łuk")]
    [InlineData("Þór", "Guðmundsson", "thor", "gudmundsson", "ÞÓR")]
    [InlineData("Anne-Marie", "O'Brien", "annemarie", "anne marie", "obrien", "o’brien", "O´BRIEN", "brien anne", "anne-mar", "o b")]
    [InlineData("Jean-Luc", "d’Été", "dete", "d'ete", "ete jean")]
    [InlineData("太郎", "山田", "山田", "太郎", "山田 太", "郎")]
    [InlineData("花子山田", null, "花子", "山田")]
    [InlineData("민준", "김", "김", "민준", "민")]
    [InlineData("小明", "王", "王小明", "王小", "小明王", "王 小明", "王小明 typed")]
    [InlineData("小明", "司馬", "司馬小", "小明司馬", "小明司", "司馬小明")]
    [InlineData("철수", "김", "김철수", "김철", "김처", "철수김")]
    [InlineData("太郎", "山田", "山田太郎", "山田太", "太郎山田", "山田　太郎")]
    [InlineData("はなこ", "佐々木", "佐々木はな", "はなこ佐々木")]
    [InlineData("ﾊﾅｺ", "スズキ", "スズキハナコ", "ﾊﾅｺｽｽﾞｷ")]
    [InlineData("이 수", "김", "김이수", "이수김")]
    [InlineData("अनिल", "कुमार", "कुमार", "कुम", "अनिल कुमार")]
    [InlineData("Ｉｖａｎ", "van der Berg", "berg", "van der be", "ivan berg", "BERG, Ivan")]
    [InlineData("100%", "a_b\\c", "100%", "a_b\\c", "A_B", "b")]
    public async Task A_user_is_found_however_the_name_is_typed(string? firstName, string? lastName, params string[] searches)
    {
        var id = $"typed-{Guid.NewGuid():n}";
        await NoteAsync(new UserProfile(id, firstName, lastName));
        foreach (var search in searches)
        {
            Assert.True((await FindAsync(search)).Contains(id), $"{search} does not find {firstName} {lastName}");
        }
    }

    [Fact]
    public async Task A_dotted_and_a_dotless_i_are_the_same()
    {
        string[] names = ["İbrahim", "ibrahim", "IBRAHIM", "ıbrahim", "I\u0307brahim"];
        await NoteAsync([.. names.Select((name, i) => new UserProfile($"turkish-{i}", "Can", name))]);
        foreach (var name in names)
        {
            Assert.Equal(names.Length, (await FindAsync($"turkish {name}")).Count);
        }
    }

    [Theory]
    [InlineData("+49 (170) 12-34")]
    [InlineData("+491701234")]
    [InlineData("0049 170 1234")]
    [InlineData("49 170 12")]
    [InlineData("+49-170.12")]
    [InlineData("٤٩١٧٠")]
    public async Task A_telephone_number_is_found_with_or_without_its_punctuation(string search)
    {
        await NoteAsync(new UserProfile("+491701234"), new UserProfile("+49 (170) 12 34 5"), new UserProfile("+49 171 1234"));
        Assert.Equal(["+49 (170) 12 34 5", "+491701234"], (await FindAsync(search)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("+49 30 1234568")]
    [InlineData("0049 30 1234568")]
    [InlineData("0049301234568")]
    [InlineData("+49 (30) 12345")]
    [InlineData("49301234568")]
    public async Task A_telephone_number_that_is_on_record_with_00_is_found_with_plus_too(string search)
    {
        await NoteAsync(new UserProfile("0049301234568"), new UserProfile("+49 30 1234568"), new UserProfile("0049 31 1234568"));
        Assert.Equal(["+49 30 1234568", "0049301234568"], (await FindAsync(search)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\\")]
    [InlineData("liter%")]
    [InlineData("literal_1")]
    [InlineData("':*")]
    [InlineData("liter' | 'x")]
    [InlineData("literal & !x")]
    [InlineData("-")]
    [InlineData("'")]
    [InlineData("\u0001\u0007\u001b")]
    [InlineData("teral")]
    public async Task No_character_of_a_search_has_a_meaning_and_the_middle_of_a_word_finds_nobody(string search)
    {
        await NoteAsync(new UserProfile("literal-1", "Literal", "Wild"));
        Assert.DoesNotContain("literal-1", await FindAsync(search));
    }

    [Fact]
    public async Task Users_are_listed_in_the_order_of_a_dictionary()
    {
        string[] names =
        [
            "de Vries", "Zz", "Abel", "Ωμέγα", "Åberg", "Жуков", "abt", "Çelik", "Cohen", "Otto", "Łukasz", "Lund", "Muller", "Müller",
            "Muller", "Øster", "Żak", "Ёлкин", "Абель",
        ];
        await NoteAsync([.. names.Select((name, i) => new UserProfile($"order-{i:00}", ((char)('A' + i)).ToString(), name))]);
        var listed = await _silo.Users.ListAsync("order", 0, 100, CancellationToken.None);
        Assert.Equal(
            [
                "Abel", "Åberg", "abt", "Çelik", "Cohen", "de Vries", "Łukasz", "Lund", "Muller", "Müller", "Muller", "Øster", "Otto",
                "Żak", "Zz", "Ωμέγα", "Абель", "Ёлкин", "Жуков",
            ],
            listed.Select(user => user.LastName));
    }

    [Fact]
    public async Task The_pages_of_a_search_and_of_all_users_show_everybody_once()
    {
        await NoteAsync([.. Enumerable.Range(0, 130).Select(i => new UserProfile($"paged-{i}", $"Pat{i % 3}", $"Page{i % 7}"))]);
        foreach (var search in new[] { "paged pat", null })
        {
            var all = await _silo.Users.ListAsync(search, 0, 10_000, CancellationToken.None);
            var paged = new List<UserProfile>();
            while (await _silo.Users.ListAsync(search, paged.Count, 50, CancellationToken.None) is { Count: > 0 } page)
            {
                paged.AddRange(page);
            }

            Assert.Equal(all, paged);
            Assert.Equal(130, paged.Where(user => user.Id.StartsWith("paged-", StringComparison.Ordinal)).Distinct().Count());
        }
    }

    [Fact]
    public async Task What_a_silo_of_the_release_before_writes_is_found_at_once()
    {
        await _database.ExecuteAsync(
            "INSERT INTO users (id, last_name, label, last_seen_at) VALUES ('before-1', 'Früher', 'früher before-1', now())");
        Assert.Equal(["before-1"], await FindAsync("fruher before"));

        await _database.ExecuteAsync("UPDATE users SET last_name = 'Später', label = 'später before-1' WHERE id = 'before-1'");
        Assert.Equal(["before-1"], await FindAsync("spater before"));
        Assert.Empty(await FindAsync("fruher before"));

        await _database.ExecuteAsync("DELETE FROM users WHERE id = 'before-1'");
        Assert.Empty(await FindAsync("spater before"));
    }

    [Fact]
    public async Task Users_who_were_on_record_before_the_search_are_added_once_whoever_adds_them()
    {
        await using var other = new Silo(_database.Settings);
        await _database.ExecuteAsync("""
            BEGIN;
            ALTER TABLE users DISABLE TRIGGER USER;
            INSERT INTO users (id, first_name, label, last_seen_at)
            SELECT 'filled-' || n, 'Émile', 'x', now() FROM generate_series(1, 1700) AS n;
            INSERT INTO users (id, label) VALUES ('filled-only-called', 'x');
            ALTER TABLE users ENABLE TRIGGER USER;
            COMMIT;
            """);
        Assert.Empty(await FindAsync("filled"));

        var added = await Task.WhenAll(
            Filler(_silo).FillAsync(TimeSpan.Zero, CancellationToken.None),
            Filler(other).FillAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(1700, added.Sum());
        Assert.Equal(1700, (await _silo.Users.ListAsync("emile filled", 0, 10_000, CancellationToken.None)).Count);
        Assert.Equal(0, await Filler(_silo).FillAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task The_longest_names_of_the_widest_characters_can_be_kept()
    {
        var wide = string.Concat(Enumerable.Range(0, 50).Select(i => char.ConvertFromUtf32(0x20000 + (i * 331))));
        var han = string.Concat(Enumerable.Range(0, 100).Select(i => (char)(0x4e00 + (i * 37))));
        var umlauts = string.Concat(Enumerable.Range(0, 50).Select(i => $"ü{(char)('a' + (i % 26))}"));
        var many = string.Join(' ', Enumerable.Range(0, 50).Select(i => (char)(0xac00 + (i * 200))));
        var id = string.Concat(Enumerable.Range(0, 255).Select(i => i % 2 == 0 ? '_' : (char)('a' + (i % 25))));
        UserProfile[] users =
        [
            new($"1{id[1..]}", wide, han), new($"2{id[1..]}", han, wide),
            new($"3{id[1..]}", umlauts, many), new($"4{id[1..]}", many, umlauts),
        ];
        await NoteAsync(users);
        foreach (var user in users)
        {
            Assert.Contains(user.Id, await FindAsync(string.Concat(user.LastName!.EnumerateRunes().Take(10))));
        }
    }

    [Fact]
    public async Task Whoever_is_searched_for_with_the_whole_name_is_found_whatever_the_characters()
    {
        var random = new Random(11);
        var users = Enumerable.Range(0, 400).Select(i => new UserProfile($"any-{i}", AnyName(random), AnyName(random))).ToArray();
        await NoteAsync(users);
        foreach (var user in users)
        {
            Assert.True(
                (await FindAsync($"any {user.LastName}")).Contains(user.Id),
                string.Join(' ', user.LastName!.EnumerateRunes().Select(rune => rune.Value.ToString("x4", CultureInfo.InvariantCulture))));
        }
    }

    [Fact]
    public async Task A_role_that_may_not_write_what_is_searched_can_still_record_users()
    {
        await _database.ExecuteAsync("""
            CREATE ROLE search_of_less LOGIN;
            GRANT USAGE ON SCHEMA call TO search_of_less;
            GRANT SELECT, INSERT, UPDATE ON users TO search_of_less;
            """);
        try
        {
            await _database.ExecuteAsync("""
                BEGIN;
                SET LOCAL ROLE search_of_less;
                INSERT INTO users (id, last_name, label, last_seen_at) VALUES ('less-1', 'Weniger', 'x', now());
                COMMIT;
                """);
            Assert.Equal(["less-1"], await FindAsync("weniger"));
        }
        finally
        {
            await _database.ExecuteAsync("DROP OWNED BY search_of_less; DROP ROLE search_of_less");
        }
    }

    [Fact]
    public async Task The_parts_of_two_names_are_not_taken_for_a_name_without_a_space()
    {
        await NoteAsync(new UserProfile("apart-1", "小明", "山田"), new UserProfile("apart-2", "Smith", "王"));
        Assert.DoesNotContain("apart-1", await FindAsync("田明"));
        Assert.DoesNotContain("apart-2", await FindAsync("王smith"));
    }

    [Fact]
    public async Task A_search_reads_an_index_and_no_table_however_often_its_plan_is_used()
    {
        await NoteAsync([.. Enumerable.Range(0, 2000).Select(i => new UserProfile($"plan-{i}", $"Pia{i}", $"Plan{i}"))]);
        await using var connection = await _silo.Database.OpenConnectionAsync();
        await using var prepare = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE find (int, int, text) AS {UserSearch.FindSql}", connection);
        await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand("EXPLAIN EXECUTE find (0, 51, 'pia7 plan')", connection);
        var plan = new StringBuilder();
        await using (var rows = await explain.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                plan.AppendLine(rows.GetString(0));
            }
        }

        Assert.DoesNotContain("Seq Scan", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains("Index Only Scan using user_search_sorted", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains("Bitmap Index Scan on user_search_other_words", plan.ToString(), StringComparison.Ordinal);
    }

    private static UserSearchFiller Filler(Silo silo) => new(silo.Database, TimeProvider.System, NullLogger<UserSearchFiller>.Instance);

    /// <summary>Letters of any script, with marks and with what may stand between them.</summary>
    private static string AnyName(Random random)
    {
        var name = new StringBuilder();
        while (name.Length < 2 + random.Next(12))
        {
            var rune = random.Next(8) switch
            {
                0 => random.Next(0x300, 0x370),
                1 => " -'’.·"[random.Next(6)],
                2 or 3 => random.Next('A', 'z' + 1),
                _ => random.Next(0xa1, 0x2fa1d),
            };
            if (Rune.IsValid(rune) && (name.Length > 0 || Rune.IsLetter(new Rune(rune))))
            {
                name.Append(new Rune(rune));
            }
        }

        return name.ToString();
    }

    private Task NoteAsync(params UserProfile[] users) => _silo.Users.NoteAsync(users, CancellationToken.None);

    private async Task<IReadOnlyList<string>> FindAsync(string search) =>
        [.. (await _silo.Users.ListAsync(search, 0, 50, CancellationToken.None)).Select(user => user.Id)];
}
