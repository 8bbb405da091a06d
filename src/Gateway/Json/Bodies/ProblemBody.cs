using System.Text.Json.Serialization;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>A problem document (RFC 9457). <c>message</c> repeats <c>detail</c>, because existing clients show it.</summary>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SessionBody? Session = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RingOutcome? Outcome = null);
