using System.Net;
using Fayo.Calls.Events;
using Fayo.Calls.Events.Brokers;
using Fayo.Calls.Events.Dispatch;
using Fayo.Calls.Events.Webhooks;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Reads which other systems are told what happens to calls.</summary>
internal static class EventSettingsReader
{
    private const string TypePrefix = "call.";

    /// <summary>The settings of a webhook.</summary>
    private static readonly string[] WebhookParts = ["Url", "Secret", "PreviousSecret", "Types", "AllowPrivate"];
    private const string KafkaBrokers = "KAFKA_BROKERS";
    private const string RabbitMqUrl = "RABBITMQ_URL";

    /// <summary>Kafka's own limit.</summary>
    private const int MaxTopicLength = 249;

    /// <summary>AMQP's own limit, in bytes.</summary>
    private const int MaxExchangeLength = 127;

    /// <summary>Reads the settings.</summary>
    public static EventOptions Read(SettingReader read)
    {
        var settings = new EventSettings(
            new RetryRule(
                read.Duration(
                    "Calls:EventRetryPause", RetryRule.Default.FirstPause, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
                read.Duration("Calls:EventRetryFor", RetryRule.Default.RetryFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))),
            read.Duration("Calls:EventTimeout", EventSettings.DefaultSendTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
        return new EventOptions(ReadWebhooks(read), ReadKafka(read), ReadRabbitMq(read), settings);
    }

    private static List<WebhookSettings> ReadWebhooks(SettingReader read)
    {
        var webhooks = new List<WebhookSettings>();
        int? missing = null;
        for (var i = 0; i < EventOptions.MaxWebhooks; i++)
        {
            var name = $"Calls:Webhooks:{i}";
            var isSet = read.HasAny(name);
            missing ??= isSet ? null : i;
            if (missing is not null)
            {
                // They are known, so that they are not refused as unknown.
                Array.ForEach(WebhookParts, part => read.Text($"{name}:{part}"));
                if (isSet)
                {
                    read.Refuse($"{name}:Url", $"comes after a gap: webhooks are numbered from 0, and there is no webhook {missing}.");
                }

                continue;
            }

            if (read.Text($"{name}:Url") is null)
            {
                read.Refuse($"{name}:Url", "is not set; it is where the events of this webhook are posted.");
            }

            if (ReadWebhook(read, name) is { } webhook)
            {
                if (webhooks.Exists(other => other.Name == webhook.Name))
                {
                    read.Refuse($"{name}:Url", "is that of another webhook, too.");
                }

                webhooks.Add(webhook);
            }
        }

        return webhooks;
    }

    private static WebhookSettings? ReadWebhook(SettingReader read, string name)
    {
        var allowsPrivate = read.Flag($"{name}:AllowPrivate", otherwise: false);
        var kinds = ReadKinds(read, $"{name}:Types");
        var text = read.Required($"{name}:Secret", "it is what the requests are signed with: echo whsec_$(openssl rand -base64 32)");
        var secret = ReadSecret(read, $"{name}:Secret", text);
        var previousSecret = ReadSecret(read, $"{name}:PreviousSecret", read.Text($"{name}:PreviousSecret"));
        var url = read.HttpUrl($"{name}:Url");
        if (url is not null && FindUrlProblem(url, allowsPrivate) is { } urlProblem)
        {
            read.Refuse($"{name}:Url", urlProblem);
        }

        return url is null || secret is null ? null : new WebhookSettings(url, secret, previousSecret, kinds, allowsPrivate);
    }

    private static WebhookSecret? ReadSecret(SettingReader read, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!WebhookSecret.TryParse(text, out var secret, out var problem))
        {
            read.Refuse(name, problem);
        }

        return secret;
    }

    private static string? FindUrlProblem(Uri url, bool allowsPrivate)
    {
        if (url.Fragment.Length > 0)
        {
            return "must have no fragment: nothing is sent of it.";
        }

        if (allowsPrivate)
        {
            return null;
        }

        const string Allow = "unless its AllowPrivate is True.";
        return url.Scheme != Uri.UriSchemeHttps
            ? $"has to be an https URL, {Allow}"
            : url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && !PublicAddresses.IsPublic(address))
                ? $"has to lead to a public address, {Allow}"
                : null;
    }

    private static IReadOnlySet<TimelineKind> ReadKinds(SettingReader read, string name)
    {
        var types = read.List(name);
        if (types.Count == 0)
        {
            return EventSubscription.AllKinds;
        }

        var kinds = new HashSet<TimelineKind>();
        foreach (var type in types)
        {
            if (type.StartsWith(TypePrefix, StringComparison.Ordinal)
                && WireNames.TryParse<TimelineKind>(type[TypePrefix.Length..], out var kind)
                && EventSubscription.AllKinds.Contains(kind))
            {
                kinds.Add(kind);
            }
            else
            {
                var all = string.Join(", ", EventSubscription.AllKinds.Select(known => TypePrefix + WireNames.Of(known)));
                read.Refuse(name, $"has to be of {all}, separated by commas; '{type}' is none of them.");
            }
        }

        return kinds;
    }

    private static KafkaSettings? ReadKafka(SettingReader read)
    {
        var clientId = read.Text("KAFKA_CLIENT_ID") ?? KafkaSettings.DefaultClientId;
        var topic = read.Text("KAFKA_CALLS_TOPIC") ?? KafkaSettings.DefaultTopic;
        if (topic.Length > MaxTopicLength || !topic.All(letter => char.IsAsciiLetterOrDigit(letter) || "._-".Contains(letter)))
        {
            read.Refuse("KAFKA_CALLS_TOPIC", $"has to be at most {MaxTopicLength} letters, digits, dots, underscores and hyphens.");
        }

        var brokers = read.List(KafkaBrokers);
        if (brokers.FirstOrDefault(broker => !Uri.TryCreate($"kafka://{broker}", UriKind.Absolute, out var url)
            || !url.Authority.Equals(broker, StringComparison.OrdinalIgnoreCase)) is { } bad)
        {
            read.Refuse(KafkaBrokers, $"has to be host:port, separated by commas; '{bad}' is not.");
        }

        return brokers.Count == 0 ? null : new KafkaSettings(string.Join(',', brokers), clientId, topic);
    }

    private static RabbitMqSettings? ReadRabbitMq(SettingReader read)
    {
        var exchange = read.Text("RABBITMQ_CALLS_EXCHANGE") ?? RabbitMqSettings.DefaultExchange;
        if (System.Text.Encoding.UTF8.GetByteCount(exchange) > MaxExchangeLength)
        {
            read.Refuse("RABBITMQ_CALLS_EXCHANGE", $"has to have at most {MaxExchangeLength} bytes.");
        }

        if (read.Text(RabbitMqUrl) is not { } text)
        {
            return null;
        }

        // It holds a password, so no message repeats it.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("amqp" or "amqps") || url.Host.Length == 0
            || url.Segments.Length > 2)
        {
            read.Refuse(RabbitMqUrl, "has to be amqp://user:password@host:port/vhost, or amqps.");
            return null;
        }

        return new RabbitMqSettings(url, exchange);
    }
}
