using System.Globalization;
using System.Runtime.InteropServices;

namespace Fayo.Calls.Scale.Model;

/// <summary>A grain of the service.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">Which one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GrainKey(GrainKind Kind, int Number)
{
    /// <summary>Its hash, which says where its directory entry is.</summary>
    public int Hash => Kind switch
    {
        GrainKind.User => GrainRing.HashOf("user", GrainFactoryExtensions.UserKeyPrefix + UserIdOf(Number)),
        GrainKind.Call => GrainRing.HashOf("callsession", string.Create(CultureInfo.InvariantCulture, $"call-{Number}")),
        _ => GrainRing.HashOf("connectiondirectory", Number.ToString("X", CultureInfo.InvariantCulture)),
    };

    /// <summary>The id of a user.</summary>
    public static string UserIdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"user-{number}");
}
