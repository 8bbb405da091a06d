using Fayo.Calls.Silo.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Events;

/// <summary>The settings of webhooks and brokers: those that cannot be used are refused by name, and no secret is repeated.</summary>
public sealed class EventSettingsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void Nothing_is_told_to_anybody_unless_it_is_set()
    {
        var (events, problems) = Read([]);

        Assert.Empty(problems);
        Assert.Empty(events.Subscriptions);
    }

    [Fact]
    public void A_webhook_keeps_its_name_wherever_it_stands_in_the_list_and_prints_no_secret()
    {
        var (one, _) = Read(Webhook(0, "https://hooks.example.com/token-in-a-path"));
        var (both, problems) = Read(
            [.. Webhook(0, "https://other.example.com/"), .. Webhook(1, "https://hooks.example.com/token-in-a-path")]);

        Assert.Empty(problems);
        Assert.Equal(one.Webhooks[0].Name, both.Webhooks[1].Name);
        Assert.StartsWith("webhook:hooks.example.com:", one.Webhooks[0].Name, StringComparison.Ordinal);
        Assert.DoesNotContain("token-in-a-path", one.Webhooks[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(5, one.Webhooks[0].Kinds.Count);
    }

    [Fact]
    public void A_webhook_is_told_only_of_its_types()
    {
        var (events, problems) = Read(
            [.. Webhook(0, "https://hooks.example.com/"), new("Calls:Webhooks:0:Types", "call.ended,call.created")]);

        Assert.Empty(problems);
        Assert.Equal([TimelineKind.Created, TimelineKind.Ended], events.Webhooks[0].Kinds.Order());
    }

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]:8443/")]
    [InlineData("https://localhost/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest")]
    public void A_webhook_inside_the_network_has_to_be_allowed(string url)
    {
        Assert.StartsWith("Calls__Webhooks__0__Url:", Assert.Single(Read(Webhook(0, url)).Problems), StringComparison.Ordinal);
        Assert.Empty(Read([.. Webhook(0, url), new("Calls:Webhooks:0:AllowPrivate", "True")]).Problems);
    }

    [Theory]
    [InlineData("Calls:Webhooks:0:Url", "ftp://hooks.example.com/")]
    [InlineData("Calls:Webhooks:0:Url", "https://me:hunter2@hooks.example.com/")]
    [InlineData("Calls:Webhooks:0:Secret", "whsec_hunter2")]
    [InlineData("Calls:Webhooks:0:Secret", "")]
    [InlineData("Calls:Webhooks:0:PreviousSecret", "whsec_hunter2")]
    [InlineData("Calls:Webhooks:0:Types", "call.deleted")]
    [InlineData("Calls:Webhooks:0:Types", "call.note")]
    [InlineData("Calls:Webhooks:2:Url", "https://hooks.example.com/")]
    [InlineData("KAFKA_BROKERS", "kafka:9092,,")]
    [InlineData("KAFKA_BROKERS", "kafka/9092")]
    [InlineData("KAFKA_CALLS_TOPIC", "calls events")]
    [InlineData("RABBITMQ_URL", "http://me:hunter2@rabbit/")]
    [InlineData("RABBITMQ_URL", "hunter2")]
    [InlineData("RABBITMQ_URL", "amqp://me:hunter2@rabbit/a/b")]
    public void A_setting_that_cannot_be_used_is_refused_by_name(string name, string value)
    {
        var (_, problems) = Read([.. Webhook(0, "https://hooks.example.com/"), new(name, value)]);

        Assert.NotEmpty(problems);
        var variable = name.Replace(":", "__", StringComparison.Ordinal);
        Assert.All(problems, problem => Assert.StartsWith(variable, problem, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "Secret", "Calls__Webhooks__0__Url: is not set; it is where the events of this webhook are posted.")]
    [InlineData(0, "Types", "Calls__Webhooks__0__Url: is not set; it is where the events of this webhook are posted.")]
    [InlineData(1, "Url", "Calls__Webhooks__1__Url: comes after a gap: webhooks are numbered from 0, and there is no webhook 0.")]
    public void A_webhook_that_lacks_its_URL_or_the_one_before_it_is_told_so(int number, string name, string says)
    {
        var webhook = Webhook(number, "https://hooks.example.com/");
        var (_, problems) = Read(name switch
        {
            "Url" => webhook,
            "Types" => [webhook[1], new($"Calls:Webhooks:{number}:Types", "call.ended")],
            _ => [webhook[1]],
        });

        Assert.Equal(says, Assert.Single(problems));
    }

    [Fact]
    public void A_webhook_all_of_whose_settings_are_empty_is_none()
    {
        var (events, problems) = Read([new("Calls:Webhooks:0:Url", ""), new("Calls:Webhooks:0:Secret", "")]);

        Assert.Empty(problems);
        Assert.Empty(events.Webhooks);
    }

    [Fact]
    public void Brokers_have_the_names_of_FAYO_where_nothing_else_is_set()
    {
        var (events, problems) = Read([new("KAFKA_BROKERS", "one:9092, two:9092"), new("RABBITMQ_URL", "amqp://me:hunter2@rabbit:5672/v")]);

        Assert.Empty(problems);
        Assert.Equal(("one:9092,two:9092", "fayo-calls", "calls.events"),
            (events.Kafka!.Brokers, events.Kafka.ClientId, events.Kafka.Topic));
        Assert.Equal("calls.commands", events.RabbitMq!.Exchange);
        Assert.DoesNotContain("hunter2", events.RabbitMq.ToString(), StringComparison.Ordinal);
        Assert.Equal(["kafka", "rabbitmq"], events.Subscriptions.Select(subscription => subscription.Destination));
    }

    private static KeyValuePair<string, string?>[] Webhook(int number, string url) =>
        [new($"Calls:Webhooks:{number}:Url", url), new($"Calls:Webhooks:{number}:Secret", Secret)];

    private static (Fayo.Calls.Events.EventOptions Events, IReadOnlyList<string> Problems) Read(KeyValuePair<string, string?>[] settings)
    {
        // The last of two values of a setting counts.
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        var read = new SettingReader(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var events = EventSettingsReader.Read(read);
        read.RefuseUnknown("Calls");
        return (events, read.Problems);
    }
}
