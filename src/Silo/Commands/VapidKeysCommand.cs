using Fayo.Calls.Push.Settings;

namespace Fayo.Calls.Silo.Commands;

/// <summary>Makes the keys for Web Push.</summary>
internal static class VapidKeysCommand
{
    /// <summary>Writes a new pair as the settings that it belongs into.</summary>
    public static async Task<int> RunAsync()
    {
        var keys = VapidKeys.Create();
        await Console.Out.WriteLineAsync($"Calls__Push__VapidPublicKey={keys.PublicKey}");
        await Console.Out.WriteLineAsync($"Calls__Push__VapidPrivateKey={keys.PrivateKey}");
        return 0;
    }
}
