namespace Fayo.Calls.Gateway.Json;

/// <summary>The field <c>message</c> of answers, which existing clients show to people.</summary>
internal static class Messages
{
    public const string Created = "Call session created";

    public const string AlreadyCalling = "Already calling";

    public const string AlreadyRinging = "Already ringing you";

    public const string TokenIssued = "Token issued";

    public const string Updated = "Call session updated";

    public const string Ended = "Call session ended";

    public const string Acknowledged = "Invitation acknowledged";

    public const string Connected = "Connected";
}
