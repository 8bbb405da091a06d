using System.Runtime.CompilerServices;
using Fayo.Calls.Events.Brokers;
using Fayo.Calls.Events.Dispatch;
using Fayo.Calls.Events.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Events;

/// <summary>Puts into a host what tells other systems what happens to calls.</summary>
public static class EventsRegistration
{
    /// <summary>
    /// Adds the subscriptions, by which the storage writes events, and what sends them. Adds nothing where nobody subscribes. The host adds
    /// <see cref="IOutbox"/> and <see cref="OutboxSignal"/>.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="options">Who is told, and how.</param>
    public static IServiceCollection AddCallEvents(this IServiceCollection services, EventOptions options)
    {
        if (!options.Subscriptions.Any())
        {
            return services;
        }

        foreach (var subscription in options.Subscriptions)
        {
            services.AddSingleton(subscription);
        }

        foreach (var webhook in options.Webhooks)
        {
            services.AddSingleton<IEventDestination>(provider =>
                new WebhookDestination(webhook, options.Settings, provider.GetRequiredService<TimeProvider>()));
        }

        if (options.Kafka is { } kafka)
        {
            AddKafka(services, kafka, options.Settings);
        }

        if (options.RabbitMq is { } rabbit)
        {
            AddRabbitMq(services, rabbit, options.Settings);
        }

        return services
            .AddSingleton(options.Settings)
            .AddSingleton<EventMetrics>()
            .AddHostedService<EventDispatcher>();
    }

    // The client libraries are loaded when these are compiled, and so only where they are used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddKafka(IServiceCollection services, KafkaSettings kafka, EventSettings settings) =>
        services.AddSingleton<IEventDestination>(new KafkaDestination(kafka, settings));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddRabbitMq(IServiceCollection services, RabbitMqSettings rabbit, EventSettings settings) =>
        services.AddSingleton<IEventDestination>(new RabbitMqDestination(rabbit, settings));
}
