namespace Fayo.Calls.Events.Brokers;

/// <summary>Where events go in Kafka.</summary>
/// <param name="Brokers">The brokers, as host:port, separated by commas.</param>
/// <param name="ClientId">What this client calls itself.</param>
/// <param name="Topic">The topic.</param>
public sealed record KafkaSettings(string Brokers, string ClientId, string Topic)
{
    /// <summary>What the client calls itself where nothing is set.</summary>
    public const string DefaultClientId = "fayo-calls";

    /// <summary>The topic where nothing is set.</summary>
    public const string DefaultTopic = "calls.events";
}
