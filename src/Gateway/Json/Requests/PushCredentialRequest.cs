using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Fayo.Calls.Gateway.Json.Requests;

/// <summary>What a device that was pushed says, instead of signing in.</summary>
internal sealed record PushCredentialRequest(
    [property: Description("The credential in the push.")]
    [property: MaxLength(PushCredentials.MaxLength)]
    string Credential) : IRequest<PushCredentialRequest>
{
    private static readonly string[] Fields = ["credential"];

    public static Parsed<PushCredentialRequest> Read(ref ObjectReader json)
    {
        string? credential = null;
        while (json.Next(Fields) >= 0)
        {
            credential = json.Text(PushCredentials.MaxLength);
        }

        json.Require(credential, "credential");
        return json.Error is { } error ? error : new PushCredentialRequest(credential!);
    }

    /// <summary>Without the credential.</summary>
    public override string ToString() => nameof(PushCredentialRequest);
}
