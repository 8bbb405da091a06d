using System.Security.Cryptography;
using System.Text.Json;

namespace Fayo.Calls.Push.Settings;

/// <summary>A service account of Google's cloud.</summary>
/// <param name="projectId">The project whose apps are pushed to.</param>
/// <param name="email">The account.</param>
/// <param name="privateKey">The key of the account, PEM. Never logged.</param>
/// <param name="tokenUrl">Where it gets access tokens.</param>
internal sealed class ServiceAccount(string projectId, string email, string privateKey, Uri tokenUrl)
{
    public string ProjectId => projectId;

    public string Email => email;

    public string PrivateKey => privateKey;

    public Uri TokenUrl => tokenUrl;

    /// <summary>Reads the file of a service account.</summary>
    /// <exception cref="FormatException">It cannot be used; the message is the end of a sentence, and does not repeat it.</exception>
    public static ServiceAccount Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var key = Read("private_key");
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            return new ServiceAccount(Read("project_id"), Read("client_email"), key, new Uri(Read("token_uri"), UriKind.Absolute));

            string Read(string name) =>
                document.RootElement.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text
                    ? text
                    : throw new FormatException($"has no '{name}'; it has to be the JSON file of a service account.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or CryptographicException
            or UriFormatException)
        {
            throw new FormatException("is not the JSON file of a service account.", e);
        }
    }
}
