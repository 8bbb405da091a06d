using System.Text.Json.Serialization;

namespace Fayo.Calls.Floor;

/// <summary>The body of the request that calls somebody.</summary>
internal sealed record CreateRequest(string RecipientId, string CallType);

/// <summary>The body of the request for a credential.</summary>
internal sealed record TokenRequest(string Role);

/// <summary>The body of the request that changes a call's status.</summary>
internal sealed record StatusRequest(string Status);

/// <summary>What lets a participant into the media channel. Its token is as long as a real one and opens nothing.</summary>
internal sealed record Credential(string AppId, string Token, string ChannelName, string RtcUserId, string Role, int ExpiresIn);

/// <summary>The answer to every request.</summary>
internal sealed record Answer(string Message, Session Session, Credential Credential);

/// <summary>The hub's first message.</summary>
internal sealed record Connected(string UserId);

/// <summary>JSON of requests and answers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(StatusRequest))]
internal sealed partial class FloorJson : JsonSerializerContext;
