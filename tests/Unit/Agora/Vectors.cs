using System.Text.Json;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Agora;

/// <summary>Agora's own test vectors; the file names their source.</summary>
internal sealed record Vectors(string AppId, string AppCertificate, long IssueTs, int Salt, int Expire, IReadOnlyList<Vector> All)
{
    public static Vectors Load()
    {
        using var file = typeof(Vectors).Assembly.GetManifestResourceStream("agora-vectors.json");
        Assert.NotNull(file);
        var root = JsonDocument.Parse(file).RootElement;
        return new Vectors(
            root.GetProperty("appId").GetString()!,
            root.GetProperty("appCertificate").GetString()!,
            root.GetProperty("issueTs").GetInt64(),
            root.GetProperty("salt").GetInt32(),
            root.GetProperty("expire").GetInt32(),
            root.GetProperty("vectors").Deserialize<Vector[]>(JsonSerializerOptions.Web)!);
    }
}

internal sealed record Vector(
    string Name, IReadOnlyList<VectorService> Services, string InflatedSha256, int InflatedBytes, string TokenZlibDefault);

internal sealed record VectorService(int Type, string? Channel, string Account, IReadOnlyList<int> Privileges);
