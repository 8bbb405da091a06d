using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>Reads what is on record of some users' calls, over REST and as those users.</summary>
/// <param name="users">The users.</param>
/// <param name="rest">The way to the service.</param>
internal sealed class LedgerReader(IReadOnlyList<ChaosUser> users, ChaosRest rest)
{
    /// <summary>The calls that are still open.</summary>
    public async Task<IReadOnlyList<CallView>> ReadOpenAsync(CancellationToken cancellationToken)
    {
        var open = new Dictionary<string, CallView>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            var calls = await GetAsync(user, "calls/sessions", cancellationToken);
            foreach (var call in calls.Deserialize<CallView[]>(CallView.Json)!)
            {
                open[call.Id] = call;
            }
        }

        return [.. open.Values];
    }

    /// <summary>All calls since a time, with their timelines.</summary>
    public async Task<IReadOnlyList<LedgerCall>> ReadAllAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var calls = new Dictionary<string, LedgerCall>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            await foreach (var call in ListAsync(user, since, cancellationToken))
            {
                if (!calls.ContainsKey(call.Id))
                {
                    var timeline = await GetAsync(user, $"calls/session/{call.Id}/timeline", cancellationToken);
                    calls.Add(call.Id, new LedgerCall(call, timeline.Deserialize<TimelineEntry[]>(CallView.Json)!));
                }
            }
        }

        return [.. calls.Values];
    }

    private async IAsyncEnumerable<CallView> ListAsync(
        ChaosUser user, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string? cursor = null;
        do
        {
            var page = await GetAsync(user, $"calls?limit=200&from={from}{(cursor is null ? "" : "&cursor=" + cursor)}", cancellationToken);
            foreach (var call in page.GetProperty("items").Deserialize<CallView[]>(CallView.Json)!)
            {
                yield return call;
            }

            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
    }

    private async Task<JsonElement> GetAsync(ChaosUser user, string path, CancellationToken cancellationToken)
    {
        var answer = await rest.InsistAsync("GET", path, user.Headers, body: null, cancellationToken);
        return answer.Status == 200 ? answer.Body : throw new CommandFailedException($"The record cannot be read: GET {path} was answered with {answer.Status}.");
    }
}
