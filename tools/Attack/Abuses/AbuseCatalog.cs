using System.Globalization;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Tools.Calls;
using Fayo.Calls.Tools.Http;

namespace Fayo.Calls.Attack.Abuses;

/// <summary>All abuses, in the order in which they are tried.</summary>
internal static class AbuseCatalog
{
    private const string Create = "/api/v1/calls/session";
    private const string NoToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>What is tried.</summary>
    public static IReadOnlyList<IAbuse> All { get; } =
    [
        // Calls
        new HttpAbuse("open-calls", attacker => Post(attacker.SignHeader("attacker-open"), Create, _ => "{}")),
        new HttpAbuse("ring-strangers", attacker =>
            Post(attacker.SignHeader("attacker-strangers"), Create, number => $$"""{"recipientId":"stranger-{{number}}"}""")),
        new HttpAbuse("ring-and-cancel", RingAndCancel),
        new HttpAbuse("new-keys-on-a-ringing-call", NewKeysAsync),
        new HttpAbuse("large-metadata", attacker => Post(
            attacker.SignHeader("attacker-metadata"),
            Create,
            number => $$$"""{"recipientId":"victim-{{{number % 100}}}","metadata":{"x":"{{{new string('x', 60_000)}}}"}}""")),
        new HttpAbuse("token-renewals", RenewTokensAsync),

        // Connections
        new HubAbuse("many-connections", sockets: 1000, isReading: true, (_, _) => Always([])),
        new HubAbuse("sync-without-reading", sockets: 20, isReading: false, SyncOfManyCallsAsync),
        new HubAbuse("join-calls", sockets: 4, isReading: true, (_, user) =>
            Task.FromResult<Func<int, byte[]>>(number => Invocation("join_call", $$"""{"sessionId":"call_{{number:x32}}"}"""))),
        new HubAbuse("signals", sockets: 4, isReading: true, SignalAsync),
        new HubAbuse("nonsense-to-the-hub", sockets: 8, isReading: true, (_, _) => Task.FromResult<Func<int, byte[]>>(Nonsense)),
        new HubAbuse("huge-frames", sockets: 8, isReading: true, (_, _) => Always(Encoding.UTF8.GetBytes(new string('x', 1024 * 1024)))),
        new HubAbuse("upgrades-without-a-token", sockets: 16, isReading: true, (_, _) => Always([]), hasToken: false),
        new SocketAbuse("silent-sockets", sockets: 2000, _ => [], drip: null),
        new SocketAbuse("slow-headers", sockets: 500, attacker => Head(attacker, "GET /api/v1/calls/sessions", "X-Slow: "), (byte)'x'),
        new SocketAbuse(
            "slow-bodies",
            sockets: 500,
            attacker => Head(attacker, $"POST {Create}", $"{Bearer(attacker)}Content-Length: 60000\r\n\r\n{{"),
            (byte)' '),

        // Floods
        new HttpAbuse("flood-401", _ => Get(Attacker.Authorization(NoToken), _ => "/api/v1/calls/sessions")),
        new HttpAbuse("flood-403", attacker => Get(attacker.SignHeader("attacker-403"), _ => "/api/v1/users")),
        new HttpAbuse("flood-404", attacker =>
            Get(attacker.SignHeader("attacker-404"), number => $"{Create}/call_{number.ToString("x32", CultureInfo.InvariantCulture)}")),
        new HttpAbuse("flood-ready", _ => Get([], _ => "/health/ready")),
        new HttpAbuse("flood-openapi", _ => Get([], _ => "/openapi/v1.json")),
        new HttpAbuse("flood-lists", attacker => Get(attacker.SignHeader("attacker-lists", "ADMIN"), _ => "/api/v1/calls?limit=200")),
        new HttpAbuse("flood-searches", attacker =>
            Get(attacker.SignHeader("attacker-search", "ADMIN"), number => $"/api/v1/users?search={(char)('a' + (number % 26))}%20caller")),
        new HttpAbuse("malformed-json", attacker => Post(attacker.SignHeader("attacker-json"), Create, _ => """{"recipientId": "x",""")),
        new HttpAbuse("deep-json", attacker => Post(
            attacker.SignHeader("attacker-deep"),
            Create,
            _ => $$$"""{"metadata":{{{new string('[', 30_000)}}}{{{new string(']', 30_000)}}} }""")),
    ];

    private static Func<HttpConnection, int, ValueTask<int>> Get(byte[] header, Func<int, string> path) =>
        (connection, number) => connection.SendAsync("GET", path(number), header, default);

    private static Func<HttpConnection, int, ValueTask<int>> Post(byte[] header, string path, Func<int, string> body) =>
        (connection, number) => connection.SendAsync("POST", path, header, Encoding.UTF8.GetBytes(body(number)));

    private static Func<HttpConnection, int, ValueTask<int>> RingAndCancel(Attacker attacker)
    {
        var header = attacker.SignHeader("attacker-cancel");
        var body = """{"recipientId":"callee-0"}"""u8.ToArray();
        var cancel = """{"status":"CANCELLED"}"""u8.ToArray();
        return async (connection, _) =>
        {
            var status = await connection.SendAsync("POST", Create, header, body);
            return status is 200 or 201
                ? await connection.SendAsync("PATCH", $"{Create}/{SessionJson.ReadSessionId(connection.Body)}/status", header, cancel)
                : status;
        };
    }

    private static async Task<Func<HttpConnection, int, ValueTask<int>>> NewKeysAsync(Attacker attacker)
    {
        var header = attacker.SignHeader("attacker-keys");
        await attacker.OpenCallAsync(header, "victim-of-keys");
        var body = """{"recipientId":"victim-of-keys"}"""u8.ToArray();
        return (connection, number) =>
            connection.SendAsync("POST", Create, [.. header, .. Encoding.ASCII.GetBytes($"Idempotency-Key: key-{number}\r\n")], body);
    }

    private static async Task<Func<HttpConnection, int, ValueTask<int>>> RenewTokensAsync(Attacker attacker)
    {
        var header = attacker.SignHeader("attacker-tokens");
        var call = await attacker.OpenCallAsync(header, "victim-of-tokens");
        return Post(header, $"{Create}/{call}/token", _ => """{"role":"HOST"}""");
    }

    private static async Task<Func<int, byte[]>> SyncOfManyCallsAsync(Attacker attacker, string user)
    {
        var header = attacker.SignHeader(user);
        for (var number = 0; number < 50; number++)
        {
            await attacker.OpenCallAsync(header, $"victim-of-sync-{number}");
        }

        var sync = Invocation("sync", "{}");
        return _ => sync;
    }

    private static async Task<Func<int, byte[]>> SignalAsync(Attacker attacker, string user)
    {
        var call = await attacker.OpenCallAsync(attacker.SignHeader(user), "callee-1");
        var signal = Invocation("signal", $$$"""{"sessionId":"{{{call}}}","payload":{"x":"{{{new string('x', 4000)}}}"}}""");
        return _ => signal;
    }

    private static byte[] Nonsense(int number) => (number % 8) switch
    {
        0 => "}{\u001e"u8.ToArray(),
        1 => "{\"type\":99}\u001e"u8.ToArray(),
        2 => Invocation("nothing", "{}"),
        3 => Invocation("call_status", "[[[[[[]]]]]]"),
        4 => "{\"type\":1,\"target\":\"sync\",\"arguments\":7}\u001e"u8.ToArray(),
        5 => "\u001e\u001e\u001e\u001e"u8.ToArray(),
        6 => "{\"type\":4,\"invocationId\":\"1\",\"target\":\"sync\",\"arguments\":[]}\u001e"u8.ToArray(),
        _ => Invocation("join_call", $"{{\"sessionId\":{JsonSerializer.Serialize(new string('\u0001', 2000))}}}"),
    };

    private static byte[] Invocation(string method, string argument) =>
        Encoding.UTF8.GetBytes($$"""{"type":1,"invocationId":"1","target":"{{method}}","arguments":[{{argument}}]}""" + "\u001e");

    private static byte[] Head(Attacker attacker, string request, string rest) =>
        Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: {attacker.Service.Authority}\r\n{rest}");

    private static string Bearer(Attacker attacker) => $"Authorization: Bearer {attacker.SignToken("attacker-slow")}\r\n";

    private static Task<Func<int, byte[]>> Always(byte[] message) => Task.FromResult<Func<int, byte[]>>(_ => message);
}
