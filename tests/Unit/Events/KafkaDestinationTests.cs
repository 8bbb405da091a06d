using Confluent.Kafka;
using Fayo.Calls.Events.Brokers;
using Fayo.Calls.Events.Dispatch;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Events;

/// <summary>Events reach the cluster of Kafka that the client library brings along for tests. It speaks Kafka's own protocol.</summary>
public sealed class KafkaDestinationTests
{
    private const string Topic = "calls.events";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Events_arrive_in_order_with_the_call_as_their_key()
    {
        // The cluster lives as long as this producer.
        var config = new ProducerConfig();
        config.Set("test.mock.num.brokers", "3");
        using var cluster = new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(cluster.Handle).Build();
        var brokers = string.Join(',', admin.GetMetadata(Patience).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
        await using var destination = new KafkaDestination(new KafkaSettings(brokers, "fayo-calls", Topic), Settings(Patience));

        foreach (var call in new[] { "call_1", "call_2" })
        {
            for (var version = 1; version <= 3; version++)
            {
                Assert.IsType<SendOutcome.Sent>(await destination.SendAsync(Event(call, version)));
            }
        }

        var consumerConfig = new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = "test",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<string, string>(consumerConfig).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(Topic);
        var arrived = new List<ConsumeResult<string, string>>();
        while (arrived.Count < 6)
        {
            arrived.Add(consumer.Consume(Patience) ?? throw new TimeoutException($"Only {arrived.Count} events have arrived."));
        }

        consumer.Close();
        foreach (var call in arrived.GroupBy(one => one.Message.Key, StringComparer.Ordinal))
        {
            Assert.Equal(["1", "2", "3"], call.Select(one => one.Message.Value.Split("\"version\":")[1][..1]));
            Assert.Equal(
                $"evt_{call.Key}_1", System.Text.Encoding.UTF8.GetString(call.First().Message.Headers.GetLastBytes("id")));
        }

        Assert.Equal(
            """{"event":"CALL_SESSION_CREATED","timestamp":"2026-03-01T12:00:00.000Z","payload":{"version":1}}""",
            arrived.First(one => one.Message.Key == "call_2").Message.Value);
    }

    [Fact]
    public async Task Brokers_that_are_gone_take_nothing_and_that_is_known_within_the_time_limit()
    {
        // Nothing listens on a port that needs root.
        await using var destination = new KafkaDestination(
            new KafkaSettings("127.0.0.1:1", "fayo-calls", Topic), Settings(TimeSpan.FromSeconds(1)));

        var outcome = await destination.SendAsync(Event("call_1", 1)).WaitAsync(Patience);

        Assert.Equal("Local_MsgTimedOut", Assert.IsType<SendOutcome.Unavailable>(outcome).Reason);
    }

    private static EventSettings Settings(TimeSpan timeout) => new(RetryRule.Default, timeout);

    private static OutboxEvent Event(string callId, int version) =>
        new(callId, version, "created", Noon, $$"""{"version":{{version}}}""", 0, FirstTriedAt: null, Noon);
}
