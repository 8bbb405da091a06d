using System.Net;
using Fayo.Calls.Silo.Settings;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Asks the service whether it is ready.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks the service on HOST and PORT.</summary>
    public static async Task<int> RunAsync()
    {
        var read = new SettingReader(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var (host, port) = SiloSettings.ReadEndpoint(read);
        var scheme = SiloSettings.ReadTlsFolder(read) is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        if (read.Problems.Count > 0)
        {
            return StartProblem.Report(read.Problems);
        }

        // The service may listen on 0.0.0.0 or ::, which means all addresses of the machine.
        var address = host.Equals(IPAddress.Any) ? IPAddress.Loopback : host.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : host;
        var url = new UriBuilder(scheme, address.ToString(), port, "/health/ready").Uri;
        // The certificate is for the name that clients use, not for this address, and the question is whether the service is ready.
#pragma warning disable MA0039
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
#pragma warning restore MA0039
        using var client = new HttpClient(handler) { Timeout = AnswerTimeout };
        try
        {
            using var answer = await client.GetAsync(url);
            if (answer.IsSuccessStatusCode)
            {
                return 0;
            }

            await Console.Error.WriteLineAsync($"{url} answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer: {e.Message}");
        }

        return 1;
    }
}
