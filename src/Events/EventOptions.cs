using Fayo.Calls.Events.Brokers;
using Fayo.Calls.Events.Dispatch;
using Fayo.Calls.Events.Webhooks;

namespace Fayo.Calls.Events;

/// <summary>Which other systems are told what happens to calls, and how.</summary>
/// <param name="Webhooks">The webhooks.</param>
/// <param name="Kafka">Kafka; null where it is not used.</param>
/// <param name="RabbitMq">RabbitMQ; null where it is not used.</param>
/// <param name="Settings">How events are sent.</param>
public sealed record EventOptions(
    IReadOnlyList<WebhookSettings> Webhooks, KafkaSettings? Kafka, RabbitMqSettings? RabbitMq, EventSettings Settings)
{
    /// <summary>The most webhooks that there may be.</summary>
    public const int MaxWebhooks = 10;

    /// <summary>Who is told of what.</summary>
    public IEnumerable<EventSubscription> Subscriptions =>
    [
        .. Webhooks.Select(webhook => new EventSubscription(webhook.Name, webhook.Kinds)),
        .. Kafka is null ? [] : new[] { new EventSubscription(KafkaDestination.DestinationName, FayoEvents.Kinds) },
        .. RabbitMq is null ? [] : new[] { new EventSubscription(RabbitMqDestination.DestinationName, FayoEvents.Kinds) },
    ];
}
