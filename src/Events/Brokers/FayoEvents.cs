namespace Fayo.Calls.Events.Brokers;

/// <summary>The events of FAYO's own call service, as its other services know them.</summary>
internal static class FayoEvents
{
    private const string Created = "CALL_SESSION_CREATED";
    private const string Ringing = "CALL_SESSION_RINGING";
    private const string StatusChanged = "CALL_SESSION_STATUS_CHANGED";

    /// <summary>The steps of a call of which brokers are told. An answer is not among them: it does not change the status.</summary>
    public static readonly IReadOnlySet<TimelineKind> Kinds = new HashSet<TimelineKind>
    {
        TimelineKind.Created, TimelineKind.Ringing, TimelineKind.Active, TimelineKind.Ended,
    };

    /// <summary>What an event is called.</summary>
    public static string NameOf(OutboxEvent sent) => sent.Kind switch
    {
        "created" => Created,
        "ringing" => Ringing,
        _ => StatusChanged,
    };

    /// <summary>The value of a Kafka message.</summary>
    public static string WriteKafka(OutboxEvent sent) =>
        $$"""{"event":"{{NameOf(sent)}}","timestamp":"{{CallSessionJson.FormatTime(sent.At)}}","payload":{{sent.Session}}}""";

    /// <summary>The body of a RabbitMQ message: the session, and when it happened.</summary>
    public static string WriteRabbitMq(OutboxEvent sent) =>
        $$"""{{sent.Session[..^1]}},"timestamp":"{{CallSessionJson.FormatTime(sent.At)}}"}""";
}
