using System.Text;
using Fayo.Calls.Chaos.Records;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos.Clients;

/// <summary>A user of the plan, with the connections of the user's devices.</summary>
internal sealed class ChaosUser
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    private readonly string _authorization;

    /// <summary>Makes a user whose devices are not connected yet.</summary>
    /// <param name="id">The user's id.</param>
    /// <param name="devices">The device behind each connection.</param>
    /// <param name="service">Where the service is.</param>
    /// <param name="signer">Signs the user's JWT.</param>
    /// <param name="acknowledgementDelay">How long after an invitation a connection acknowledges it; null where it does not.</param>
    public ChaosUser(
        string id, IReadOnlyList<string> devices, Uri service, JwtSigner signer, Func<int, CallView, TimeSpan?> acknowledgementDelay)
    {
        Id = id;
        var token = signer.Sign(id, "PATIENT", TokenLifetime);
        _authorization = $"Authorization: Bearer {token}\r\n";
        Headers = Encoding.ASCII.GetBytes(_authorization);
        Connections =
        [
            .. devices.Select((device, number) =>
                new DeviceConnection(service, id, device, token, call => acknowledgementDelay(number, call))),
        ];
    }

    /// <summary>The user's id.</summary>
    public string Id { get; }

    /// <summary>The headers of the user's requests.</summary>
    public byte[] Headers { get; }

    /// <summary>The connections; each reconnects whenever it is lost.</summary>
    public IReadOnlyList<DeviceConnection> Connections { get; }

    /// <summary>The headers of a request that carries an Idempotency-Key.</summary>
    public byte[] HeadersWithKey(string key) => Encoding.ASCII.GetBytes($"{_authorization}Idempotency-Key: {key}\r\n");
}
