using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>More users than a search walks through in order: who stands behind them is found by an index or not at all.</summary>
public sealed class UserSearchBeyondWalkTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_name_without_a_space_is_found_in_either_order()
    {
        await database.ExecuteAsync("""
            INSERT INTO users (id, last_name, first_name, label, last_seen_at)
            SELECT 'many-' || n, 'Aa' || n, NULL, 'x', now() FROM generate_series(1, 15100) AS n
            UNION ALL VALUES ('wang', '王', '小明', 'x', now()), ('kim', '김', '이 철수', 'x', now()), ('yamada', '山田', '太郎', 'x', now())
            """);
        await using var silo = new Silo(database.Settings);
        foreach (var (search, id) in new[]
        {
            ("王小明", "wang"), ("王小", "wang"), ("小明王", "wang"), ("王小明 王", "wang"), ("김이철", "kim"), ("이철수김", "kim"),
            ("山田太", "yamada"), ("太郎山田", "yamada"), ("太郎山", "yamada"),
        })
        {
            var found = await silo.Users.ListAsync(search, 0, 50, CancellationToken.None);
            Assert.True(found is [{ } only] && only.Id == id, $"{search} does not find {id} alone");
        }
    }
}
