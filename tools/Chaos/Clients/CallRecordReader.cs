using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>Reads the service's records of the users' calls, over REST and on behalf of those users.</summary>
/// <param name="users">The users.</param>
/// <param name="rest">Sends the requests.</param>
internal sealed class CallRecordReader(IReadOnlyList<ChaosUser> users, RestClient rest)
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
    public async Task<IReadOnlyList<RecordedCall>> ReadAllAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var calls = new Dictionary<string, RecordedCall>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            await foreach (var call in ListAsync(user, since, cancellationToken))
            {
                if (!calls.ContainsKey(call.Id))
                {
                    var timeline = await GetAsync(user, $"calls/session/{call.Id}/timeline", cancellationToken);
                    calls.Add(call.Id, new RecordedCall(call, timeline.Deserialize<TimelineEntryView[]>(CallView.Json)!));
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
        var answer = await rest.RetryAsync("GET", path, user.Headers, body: null, cancellationToken);
        return answer.Status == 200
            ? answer.Body
            : throw new CommandFailedException($"The records cannot be read: GET {path} was answered with {answer.Status}.");
    }
}
