using System.Net;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;

namespace Fayo.Calls.Gateway.WarmUp;

/// <summary>
/// Sends requests of a user who does not exist, about a call that does not exist, through the pipeline, without a connection; and makes
/// the answers and messages that a real call has.
/// </summary>
internal sealed class RequestWarmUp(
    IServiceScopeFactory scopes,
    IGrainFactory grains,
    ConnectionRegistry connections,
    IEnumerable<IHubProtocol> protocols,
    TimeProvider time) : IWarmUpStep
{
    private readonly Caller _caller = new($"warm-up-{Guid.NewGuid():n}");
    private RequestDelegate? _pipeline;

    /// <summary>Notes the pipeline that follows; it stays as it is.</summary>
    public RequestDelegate Observe(RequestDelegate next) => _pipeline = next;

    /// <inheritdoc/>
    public async Task RunAsync(Func<CancellationToken, Task> waitForStart, CancellationToken cancellationToken)
    {
        var id = CallIds.New(time.GetUtcNow());
        await WriteAnswersAsync(id);
        await waitForStart(cancellationToken);
        // A call to oneself is refused before anything is written.
        var call = grains.GetCall(id);
        await call.Create(new CreateCall(_caller, _caller.UserId, CallType.Video, ChannelName: null, Metadata: null, Key: null));
        await SendAsync(HttpMethods.Post, $"/api/v1/calls/session/{id}/token", """{"role":"HOST"}"""u8.ToArray());
        await SendAsync(HttpMethods.Patch, $"/api/v1/calls/session/{id}/status", """{"status":"ACTIVE"}"""u8.ToArray());
        // Refused because of its type, before it gets to a grain.
        await SendAsync(HttpMethods.Post, "/api/v1/calls/session", """{"recipientId":1}"""u8.ToArray());
        // Else it would stay for minutes, and look like a call that is being created.
        await call.AsReference<IGrainManagementExtension>().DeactivateOnIdle(cancellationToken);
    }

    private async Task SendAsync(string method, string path, byte[] body)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = NewContext(scope.ServiceProvider);
        // No request from outside can have an identity without a token.
        var token = new VerifiedToken(DateTime.MinValue, time.GetUtcNow().AddMinutes(1).UtcDateTime);
        context.User = new CallerIdentity(_caller, token).ToPrincipal();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        var request = context.Request;
        (request.Method, request.Scheme, request.Host) = (method, Uri.UriSchemeHttp, new HostString("localhost"));
        (request.Path, request.ContentType, request.ContentLength) = (path, "application/json", body.Length);
        request.Body = new MemoryStream(body);
        await _pipeline!(context);
    }

    private async Task WriteAnswersAsync(string id)
    {
        var now = time.GetUtcNow();
        var session = new CallSession
        {
            Id = id,
            Version = 1,
            Status = CallStatus.Pending,
            CallType = CallType.Video,
            ChannelName = "warm-up",
            InitiatorId = _caller.UserId,
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = now.AddMinutes(1),
            RingDeadline = now.AddMinutes(1),
        };
        foreach (var kind in (ReadOnlySpan<UserMessageKind>)[UserMessageKind.Invitation, UserMessageKind.Status])
        {
            if (connections.Compose(new UserMessage(kind, session), connections: 1) is { } outgoing)
            {
                foreach (var protocol in protocols)
                {
                    protocol.GetMessageBytes(outgoing.Message);
                }
            }
        }

        var credential = new Credential
        {
            ChannelName = session.ChannelName,
            RtcUserId = _caller.UserId,
            Role = CredentialRole.Host,
            Provider = MediaProvider.Agora,
            ExpiresIn = 1,
            ExpiresAt = now,
        };
        await using var scope = scopes.CreateAsyncScope();
        var body = new SessionBody(session);
        await new JsonAnswer(
                StatusCodes.Status201Created, new CredentialAnswerBody(Messages.Created, body, new CredentialBody(credential)))
            .ExecuteAsync(NewContext(scope.ServiceProvider));
        await new JsonAnswer(StatusCodes.Status200OK, new CallBody(Messages.Updated, body))
            .ExecuteAsync(NewContext(scope.ServiceProvider));
    }

    private static DefaultHttpContext NewContext(IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return context;
    }
}
