using System.Text;
using Fayo.Calls.Events.Dispatch;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Fayo.Calls.Events.Brokers;

/// <summary>Publishes events to an exchange of RabbitMQ, and waits until the server has confirmed each.</summary>
internal sealed class RabbitMqDestination(RabbitMqSettings rabbit, EventSettings settings) : IEventDestination
{
    /// <summary>The name of this destination.</summary>
    public const string DestinationName = "rabbitmq";

    private const string KeyPrefix = "calls.";
    private const ushort NotFound = 404;

    private readonly SemaphoreSlim _gate = new(1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <inheritdoc/>
    public string Name => DestinationName;

    /// <inheritdoc/>
    public int MaxInFlight => 256;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(OutboxEvent sent)
    {
        using var timeout = new CancellationTokenSource(settings.SendTimeout);
        IChannel? channel = null;
        try
        {
            (channel, var confirmed) = await StartAsync(sent, timeout.Token);
            await confirmed.WaitAsync(timeout.Token);
            return SendOutcome.Sent.Instance;
        }
        catch (PublishException)
        {
            // The server has said that it could not keep it.
            return new SendOutcome.Failed("not confirmed");
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(channel);
            return new SendOutcome.Unavailable("no answer");
        }
        catch (Exception e)
        {
            await CloseAsync(channel);
            // Never the message: it may hold the address, and that the password.
            return new SendOutcome.Unavailable(Describe(e));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_channel);
        _gate.Dispose();
    }

    /// <summary>Writes a message to the connection. A channel must not be written to by two at the same time.</summary>
    /// <returns>The channel, and a task that completes once the server has confirmed the message.</returns>
    private async Task<(IChannel Channel, Task Confirmed)> StartAsync(OutboxEvent sent, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var channel = _channel is { IsOpen: true } open ? open : await OpenAsync(cancellationToken);
            var properties = new BasicProperties
            {
                MessageId = sent.Id,
                ContentType = "application/json",
                DeliveryMode = DeliveryModes.Persistent,
                Timestamp = new AmqpTimestamp(sent.At.ToUnixTimeSeconds()),
            };
            var confirmed = channel.BasicPublishAsync(
                rabbit.Exchange,
                KeyPrefix + FayoEvents.NameOf(sent).ToLowerInvariant(),
                mandatory: false,
                properties,
                Encoding.UTF8.GetBytes(FayoEvents.WriteRabbitMq(sent)),
                cancellationToken).AsTask();
            return (channel, confirmed);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        await ReleaseAsync();
        var factory = new ConnectionFactory
        {
            Uri = rabbit.Url,
            ClientProvidedName = "fayo-calls",
            // The outbox sends again what was not confirmed.
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = settings.SendTimeout,
            ContinuationTimeout = settings.SendTimeout,
        };
        _connection = await factory.CreateConnectionAsync(cancellationToken);
        _channel = await OpenChannelAsync(_connection, cancellationToken);
        try
        {
            // As it is, where it is there: somebody else may have declared it with other arguments.
            await _channel.ExchangeDeclarePassiveAsync(rabbit.Exchange, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
        {
            _channel = await OpenChannelAsync(_connection, cancellationToken);
            await _channel.ExchangeDeclareAsync(
                rabbit.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        }

        return _channel;
    }

    private static Task<IChannel> OpenChannelAsync(IConnection connection, CancellationToken cancellationToken) =>
        connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);

    /// <summary>Gives a channel up that has failed. Another one may be in its place already.</summary>
    private async Task CloseAsync(IChannel? failed)
    {
        await _gate.WaitAsync();
        try
        {
            if (failed is not null && failed == _channel)
            {
                await ReleaseAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ReleaseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        try
        {
            await (channel?.DisposeAsync() ?? default);
            await (connection?.DisposeAsync() ?? default);
        }
        catch (Exception)
        {
            // It was broken already, which is why it is closed.
        }
    }

    private static string Describe(Exception error) => error switch
    {
        OperationInterruptedException { ShutdownReason.ReplyCode: var code } => $"AMQP {code}",
        BrokerUnreachableException { InnerException: AuthenticationFailureException } => "the user or password is refused",
        BrokerUnreachableException => "cannot be reached",
        _ => error.GetType().Name,
    };
}
