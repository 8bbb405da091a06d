namespace Fayo.Calls.Events.Brokers;

/// <summary>Where events go in RabbitMQ.</summary>
/// <param name="Url">The server, with user and password.</param>
/// <param name="Exchange">The exchange, of the type topic.</param>
public sealed record RabbitMqSettings(Uri Url, string Exchange)
{
    /// <summary>The exchange where nothing is set.</summary>
    public const string DefaultExchange = "calls.commands";

    /// <summary>Without the password.</summary>
    public override string ToString() => $"RabbitMQ at {Url.Host}, exchange {Exchange}";
}
