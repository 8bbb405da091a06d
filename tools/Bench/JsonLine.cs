using System.Text.Json;

namespace Fayo.Calls.Bench;

/// <summary>Prints results: one JSON object a line, in the order of its entries.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Prints a line.</summary>
    public static Task PrintAsync(Dictionary<string, object> entries) =>
        Console.Out.WriteLineAsync(JsonSerializer.Serialize(entries, Json));
}
