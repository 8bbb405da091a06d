using System.Net;
using System.Net.Http.Headers;

namespace Fayo.Calls.Push.Services;

/// <summary>
/// Sends the library's requests over HTTP/2 with a token for the right origin, and drops what the push service writes beside its status:
/// the library would read any length of it.
/// </summary>
/// <param name="inner">Sends.</param>
/// <param name="tokens">The tokens.</param>
/// <param name="publicKey">The key that they are signed with.</param>
internal sealed class WebPushHandler(HttpMessageHandler inner, VapidTokens tokens, string publicKey) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        var origin = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        request.Headers.Authorization = new AuthenticationHeaderValue("vapid", $"t={tokens.Get(origin)}, k={publicKey}");
        var response = await base.SendAsync(request, cancellationToken);
        response.Content.Dispose();
        response.Content = new ByteArrayContent([]);
        return response;
    }
}
