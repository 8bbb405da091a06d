using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Fayo.Calls.Grains.Directory;

/// <summary>How users are divided among the grains that know at which silos they are connected.</summary>
internal static class ConnectionPartitions
{
    /// <summary>
    /// How many partitions there are. With more, the users of ten million connections are spread better; but every silo reports to each
    /// of them, again and again.
    /// </summary>
    public const int Count = 64;

    /// <summary>The partition of a user, from 0: the same on every silo and in every release.</summary>
    public static int Of(string userId) => (int)(HashOf(userId) % Count);

    /// <summary>A hash of a user id, the same on every silo and in every release.</summary>
    public static ulong HashOf(string userId) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()));
}
