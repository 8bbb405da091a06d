using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Http;
using Xunit;
using static Fayo.Calls.Tests.Unit.SampleSessions;

namespace Fayo.Calls.Tests.Unit.Api;

/// <summary>What bodies write themselves is what the serializer would write, which the OpenAPI document describes.</summary>
public sealed class CallBodyTests
{
    private static readonly JsonSerializerOptions Hub = GatewayJson.CreateHubOptions();

    private static readonly CallSession OfNewerRelease = Bare with
    {
        Status = (CallStatus)99,
        CallType = (CallType)99,
        EndReason = (EndReason)99,
    };

    private static readonly Credential OfAgora = new()
    {
        Provider = MediaProvider.Agora,
        AppId = "0123456789abcdef0123456789abcdef",
        Token = "007eJx+/=",
        ChannelName = "channel",
        RtcUserId = "ann",
        Role = CredentialRole.Audience,
        ExpiresIn = 3600,
        ExpiresAt = Noon,
    };

    private static readonly Credential OfPeers = OfAgora with
    {
        Provider = MediaProvider.PeerToPeer,
        AppId = null,
        Token = null,
        IceServers = [new IceServer(["stun:a", "turn:b"], "ann", "+secret"), new IceServer(["stun:c"], null, null)],
    };

    private static CallSession[] Sessions => [Bare, Full, OfNewerRelease, Bare];

    [Fact]
    public void A_session_an_invitation_and_a_changed_call_write_what_the_serializer_writes()
    {
        foreach (var session in Sessions)
        {
            CheckSame(new SessionBody(session), GatewayJson.Instance.SessionBody);
            CheckSame(new InvitationBody(session, 44_321), GatewayJson.Instance.InvitationBody);
            CheckSame(new CallBody("Call \"session\" updated", new SessionBody(session)), GatewayJson.Instance.CallBody);
        }
    }

    [Fact]
    public void A_credential_writes_what_the_serializer_writes()
    {
        foreach (var credential in new[] { OfAgora, OfPeers })
        {
            CheckSame(
                new CredentialAnswerBody("Token issued", new SessionBody(Full), new CredentialBody(credential)),
                GatewayJson.Instance.CredentialAnswerBody);
        }
    }

    [Fact]
    public async Task An_answer_is_sent_as_a_whole_with_its_length()
    {
        foreach (var session in Sessions)
        {
            var context = new DefaultHttpContext();
            using var sent = new MemoryStream();
            context.Response.Body = sent;

            await new JsonAnswer(StatusCodes.Status201Created, new SessionBody(session)).ExecuteAsync(context);

            Assert.Equal(StatusCodes.Status201Created, context.Response.StatusCode);
            Assert.Equal("application/json; charset=utf-8", context.Response.ContentType);
            Assert.Equal(sent.Length, context.Response.ContentLength);
            var expected = JsonSerializer.Serialize(new SessionBody(session), GatewayJson.Instance.SessionBody);
            Assert.Equal(expected, Encoding.UTF8.GetString(sent.ToArray()));
        }
    }

    [Fact]
    public async Task A_client_that_reads_slowly_does_not_get_the_answer_of_another_one()
    {
        var slow = new DefaultHttpContext();
        using var stalled = new StalledStream();
        slow.Response.Body = stalled;
        var sending = new JsonAnswer(StatusCodes.Status200OK, new SessionBody(Bare)).ExecuteAsync(slow);

        var other = new DefaultHttpContext();
        other.Response.Body = Stream.Null;
        await new JsonAnswer(StatusCodes.Status200OK, new SessionBody(Full)).ExecuteAsync(other);

        stalled.GoOn();
        await sending;
        Assert.Equal(JsonSerializer.Serialize(new SessionBody(Bare), GatewayJson.Instance.SessionBody), stalled.Text);
    }

    private static void CheckSame<TBody>(TBody body, JsonTypeInfo<TBody> type)
        where TBody : class, IJsonBody
    {
        var expected = JsonSerializer.Serialize(body, type);
        Assert.Equal(expected, JsonSerializer.Serialize<object>(body, Hub));
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Hub.Encoder }))
        {
            body.WriteTo(json);
        }

        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Takes what is written only when it is told to.</summary>
    private sealed class StalledStream : MemoryStream
    {
        private readonly SemaphoreSlim _mayGoOn = new(0);

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void GoOn() => _mayGoOn.Release();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _mayGoOn.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            _mayGoOn.Dispose();
            base.Dispose(disposing);
        }
    }
}
