using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Calls;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Sockets;
using Fayo.Calls.Gateway.Users;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>The methods that clients can invoke. Messages to clients are sent by <see cref="ConnectionRegistry"/>.</summary>
internal sealed class CallsHub(
    IGrainFactory grains,
    ICallReader calls,
    ConnectionRegistry registry,
    ConnectionAnnouncer announcer,
    DeviceRecorder devices,
    AuditTrail audit,
    TokenRenewal tokens,
    PresenceBroadcaster presence,
    TimeProvider time) : Hub
{
    /// <summary>The path of the hub.</summary>
    public const string Path = "/ws/calls";

    private ClientConnection Connection => Context.Features.Get<ClientConnection>()!;

    public override async Task OnConnectedAsync()
    {
        var connection = Connection;
        await Clients.Caller.SendAsync(
            HubEvents.Connected,
            new ConnectedBody(Messages.Connected, connection.Caller.UserId, connection.ConnectionId, time.GetUtcNow()),
            connection.Closed);
        registry.Add(connection);
        announcer.Announce(connection);
    }

    /// <summary>Has this connection receive every change of a call.</summary>
    [HubMethodName("join_call")]
    public async Task<CallWatchedBody> WatchCall(Parsed<WatchCallRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        if (!connection.TryWatch(request.SessionId))
        {
            throw ApiError.TooMany(retryAfter: 1).ToHubException();
        }

        var isOpen = false;
        try
        {
            var result = (await AskAsync(request.SessionId, connection.Caller, static (call, caller) => call.Watch(caller)))
                .OrThrow(connection.Caller);
            await audit.RecordWatchAsync(connection.Caller, Context.Features.Get<HubSocket>()?.Origin, result.Session!, connection.Closed);
            isOpen = result.Session!.Status.IsOpen;
        }
        finally
        {
            if (!isOpen)
            {
                connection.StopWatching(request.SessionId);
            }
        }

        var watched = new CallWatchedBody(request.SessionId);
        await Clients.Caller.SendAsync(HubEvents.CallJoined, watched, connection.Closed);
        return watched;
    }

    /// <summary>Answers the call, or renews a token.</summary>
    [HubMethodName("request_token")]
    public async Task<CredentialAnswerBody> RequestToken(Parsed<HubTokenRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        var isUnnamed = (request.DeviceId ?? connection.DeviceId) is null;
        var command = new RequestToken(
            connection.Caller, request.Role, request.DeviceId ?? connection.Device, IsUnnamedConnection: isUnnamed);
        var result = (await AskAsync(request.SessionId, command, static (call, asked) => call.RequestToken(asked)))
            .OrThrow(connection.Caller);
        var issued = CredentialAnswerBody.Of(result, Messages.TokenIssued);
        await Clients.Caller.SendAsync(HubEvents.TokenIssued, issued, connection.Closed);
        return issued;
    }

    /// <summary>Confirms, hangs up, cancels or declines the call.</summary>
    [HubMethodName("call_status")]
    public async Task<CallBody> SetStatus(Parsed<HubStatusRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        var command = new SetStatus(connection.Caller, request.Status, request.Reason, connection.Device);
        var result = (await AskAsync(request.SessionId, command, static (call, asked) => call.SetStatus(asked)))
            .OrThrow(connection.Caller);
        return new CallBody(Messages.Updated, new SessionBody(result.Session!));
    }

    /// <summary>Acknowledges an invitation: this device is ringing.</summary>
    [HubMethodName("invitation_ack")]
    public async Task<CallBody> Acknowledge(Parsed<AcknowledgeRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        var command = new AcknowledgeInvitation(connection.Caller, request.DeviceId ?? connection.Device);
        var result = (await AskAsync(request.SessionId, command, static (call, asked) => call.Acknowledge(asked)))
            .OrThrow(connection.Caller);
        connection.RecordAcknowledged(request.SessionId);
        if ((request.DeviceId ?? connection.DeviceId) is { } device && connection.TryMarkRecorded(device))
        {
            devices.Record(connection.Caller.UserId, device);
        }

        return new CallBody(Messages.Acknowledged, new SessionBody(result.Session!));
    }

    /// <summary>Sends a signal to the other participant's browser.</summary>
    [HubMethodName("signal")]
    public async Task<SignalDeliveredBody> Signal(Parsed<SignalRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        if (!connection.TryTakeSignal())
        {
            throw ApiError.TooMany(retryAfter: 1).ToHubException();
        }

        var result = (await AskAsync(request.SessionId, connection, static (call, it) => call.AddressSignal(it.Caller, it.Device)))
            .OrThrow(connection.Caller);
        var (userId, device) = result.Signals!;
        // Not through the call's grain: while it waited for a slow silo, everything else about the call would wait as well.
        var signal = new CallSignal(request.SessionId, connection.Caller.UserId, connection.Device, request.Payload.Text);
        return new SignalDeliveredBody(await grains.GetUser(userId).Signal(signal, device));
    }

    /// <summary>Hands over a new token of the same user and role, with which the connection stays open.</summary>
    [HubMethodName("renew_token")]
    public async Task<TokenRenewedBody> RenewToken(Parsed<RenewTokenRequest> argument)
    {
        var request = argument.OrThrow();
        var expiresAt = await tokens.FindExpiryAsync(request.Token, Connection.Caller);
        Context.Features.Get<HubSocket>()?.RenewToken(expiresAt);
        return new TokenRenewedBody(expiresAt);
    }

    /// <summary>Has this connection be told when these users connect or are gone, in place of those before. For staff.</summary>
    [HubMethodName("watch_presence")]
    public async Task<PresenceWatchedBody> WatchPresence(Parsed<WatchPresenceRequest> argument)
    {
        var request = argument.OrThrow();
        var connection = Connection;
        if (!connection.Caller.IsStaff)
        {
            throw ApiError.Forbidden("Only staff may do this.").ToHubException();
        }

        if (request.UserIds.Count > 0)
        {
            await audit.RecordPresenceAsync(
                connection.Caller, Context.Features.Get<HubSocket>()?.Origin, request.UserIds, connection.Closed);
        }

        presence.Watch(connection.ConnectionId, Clients.Caller, request.UserIds, connection.Closed);
        return new PresenceWatchedBody(request.UserIds.Count);
    }

    /// <summary>Lists everything that is open for the user.</summary>
    [HubMethodName("sync")]
    public async Task<SyncBody> Sync(Parsed<SyncRequest> argument)
    {
        argument.OrThrow();
        var userId = Connection.Caller.UserId;
        await announcer.WaitUntilAnnouncedAsync(Connection);
        var open = await calls.ListOpenAsync(userId, Context.ConnectionAborted);
        return SyncBody.For(userId, open, time.GetUtcNow());
    }

    private Task<CallResult> AskAsync<TRequest>(string callId, TRequest request, Func<ICallSessionGrain, TRequest, Task<CallResult>> ask) =>
        CallIds.IsValid(callId) ? grains.AskCallAsync(callId, request, ask, time) : throw ApiError.NoSuchCall.ToHubException();
}
