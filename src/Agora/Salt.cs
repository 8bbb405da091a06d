using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fayo.Calls.Agora;

/// <summary>The random number that makes each token differ from the one before.</summary>
/// <remarks>Asking the generator for one number costs nearly as much as for 64, and about as much as signing.</remarks>
internal static class Salt
{
    /// <summary>The largest salt; the smallest is 1. The range of Agora's own builders.</summary>
    public const int Largest = 99_999_999;

    private const int AskedForAtOnce = 64;

    [ThreadStatic]
    private static ulong[]? _numbers;

    [ThreadStatic]
    private static int _remaining;

    /// <summary>A cryptographically random salt.</summary>
    /// <returns>From 1 to <see cref="Largest"/>.</returns>
    public static int Next()
    {
        if (_remaining == 0)
        {
            _numbers ??= new ulong[AskedForAtOnce];
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_numbers.AsSpan()));
            _remaining = AskedForAtOnce;
        }

        // The high half of number x range: evenly spread over the range, to one part in 2^37.
        return 1 + (int)Math.BigMul(_numbers![--_remaining], (ulong)Largest, out _);
    }
}
