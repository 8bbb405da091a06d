using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Floor;

/// <summary>The requests of a call. Each writes the changed call, then tells the callee.</summary>
/// <param name="tokens">Tells who asks.</param>
/// <param name="writer">Writes calls.</param>
/// <param name="services">The application's services.</param>
internal sealed class CallEndpoints(BearerTokens tokens, CallWriter writer, IServiceProvider services)
{
    private const int CredentialSeconds = 3600;
    private const int TokenLength = 300;

    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly string MediaToken = "007" + new string('x', TokenLength);

    private readonly IHubContext<CallHub> _hub = services.GetRequiredService<IHubContext<CallHub>>();
    private readonly ConcurrentDictionary<string, Session> _open = new(StringComparer.Ordinal);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/calls/session", (Delegate)CreateAsync);
        routes.MapPost("/api/v1/calls/session/{id}/token", RequestTokenAsync);
        routes.MapPatch("/api/v1/calls/session/{id}/status", ChangeStatusAsync);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        if (await tokens.ReadUserAsync(context.Request) is not { } user)
        {
            return Results.Unauthorized();
        }

        var request = await ReadAsync(context, FloorJson.Default.CreateRequest);
        var now = DateTimeOffset.UtcNow;
        var session = new Session
        {
            Id = "call_" + Guid.NewGuid().ToString("N"),
            ChannelName = "fayo_" + Guid.NewGuid().ToString("N"),
            CallType = request.CallType,
            InitiatorId = user,
            RecipientId = request.RecipientId,
            Status = "PENDING",
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = now + Lifetime,
            RingDeadline = now + RingTimeout,
            Version = 2, // created and invited, as the service counts
        };
        return await CommitAsync(session, "created", "call_invitation", StatusCodes.Status201Created);
    }

    private async Task<IResult> RequestTokenAsync(HttpContext context, string id)
    {
        if (await tokens.ReadUserAsync(context.Request) is null || !_open.TryGetValue(id, out var before))
        {
            return Results.NotFound();
        }

        await ReadAsync(context, FloorJson.Default.TokenRequest);
        var now = DateTimeOffset.UtcNow;
        var session = before with { Status = "RINGING", AnsweredAt = now, UpdatedAt = now, Version = before.Version + 2 };
        return await CommitAsync(session, "answered", "call_status", StatusCodes.Status201Created);
    }

    private async Task<IResult> ChangeStatusAsync(HttpContext context, string id)
    {
        if (await tokens.ReadUserAsync(context.Request) is null || !_open.TryGetValue(id, out var before))
        {
            return Results.NotFound();
        }

        var request = await ReadAsync(context, FloorJson.Default.StatusRequest);
        var now = DateTimeOffset.UtcNow;
        var session = before with
        {
            Status = request.Status,
            StartedAt = before.StartedAt ?? now,
            EndedAt = request.Status == "COMPLETED" ? now : null,
            UpdatedAt = now,
            Version = before.Version + 1,
        };
        return await CommitAsync(session, request.Status, "call_status", StatusCodes.Status200OK);
    }

    private async Task<IResult> CommitAsync(Session session, string change, string message, int status)
    {
        if (session.EndedAt is null)
        {
            _open[session.Id] = session;
        }
        else
        {
            _open.TryRemove(session.Id, out _);
        }

        await writer.WriteAsync(session, change);
        CallHub.Send(_hub, session.RecipientId, message, session);
        var credential = new Credential("app", MediaToken, session.ChannelName, session.InitiatorId, "HOST", CredentialSeconds);
        return Results.Json(new Answer("ok", session, credential), FloorJson.Default.Answer, statusCode: status);
    }

    private static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type)
            ?? throw new BadHttpRequestException("The body must be a JSON object.");
}
