using Confluent.Kafka;
using Fayo.Calls.Events.Dispatch;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Fayo.Calls.Events.Brokers;

/// <summary>Produces events to a topic of Kafka, keyed by the call, so that the events of a call stay in order.</summary>
internal sealed class KafkaDestination(KafkaSettings kafka, EventSettings settings) : IEventDestination
{
    /// <summary>The name of this destination.</summary>
    public const string DestinationName = "kafka";

    private const int LingerMilliseconds = 5;

    private readonly Lock _gate = new();
    private IProducer<string, string>? _producer;

    /// <inheritdoc/>
    public string Name => DestinationName;

    /// <inheritdoc/>
    public int MaxInFlight => 256;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(OutboxEvent sent)
    {
        IProducer<string, string>? producer = null;
        try
        {
            producer = GetProducer();
            var message = new Message<string, string>
            {
                Key = sent.CallId,
                Value = FayoEvents.WriteKafka(sent),
                Timestamp = new Timestamp(sent.At),
                Headers = [new Header("id", System.Text.Encoding.UTF8.GetBytes(sent.Id))],
            };
            await producer.ProduceAsync(kafka.Topic, message);
            return SendOutcome.Sent.Instance;
        }
        catch (ProduceException<string, string> e)
        {
            if (e.Error.IsFatal)
            {
                Forget(producer);
            }

            return e.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsg or ErrorCode.InvalidRecord
                ? new SendOutcome.Failed(e.Error.Code.ToString())
                : new SendOutcome.Unavailable(e.Error.Code.ToString());
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException or DllNotFoundException or ObjectDisposedException)
        {
            Forget(producer);
            return new SendOutcome.Unavailable((e as KafkaException)?.Error.Code.ToString() ?? e.GetType().Name);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Forget(_producer);
        return ValueTask.CompletedTask;
    }

    private IProducer<string, string> GetProducer()
    {
        lock (_gate)
        {
            return _producer ??= new ProducerBuilder<string, string>(new ProducerConfig
            {
                BootstrapServers = kafka.Brokers,
                ClientId = kafka.ClientId,
                EnableIdempotence = true,
                Acks = Acks.All,
                LingerMs = LingerMilliseconds,
                MessageTimeoutMs = (int)settings.SendTimeout.TotalMilliseconds,
                Partitioner = Partitioner.Murmur2Random,
            })
                // What goes wrong shows in the outcome of each message; the library would write to the console.
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, _) => { })
                .Build();
        }
    }

    /// <summary>Gives a producer up that can do nothing any more. The next event makes another.</summary>
    private void Forget(IProducer<string, string>? producer)
    {
        lock (_gate)
        {
            if (producer is null || producer != _producer)
            {
                return;
            }

            _producer = null;
        }

        producer.Dispose();
    }
}
