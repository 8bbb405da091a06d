using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Remembers tokens that were verified a moment ago, by a hash of their exact text. A client sends the same token with every
/// request, and verifying it takes longer than everything else that the gateway does for a request.
/// </summary>
internal sealed class VerifiedTokens
{
    /// <summary>How many tokens are remembered.</summary>
    private const int MaxCount = 65_536;

    private readonly ConcurrentDictionary<UInt128, CallerIdentity> _callers = new();
    private int _count;

    /// <summary>Finds the caller whose token this is.</summary>
    public bool TryGet(ReadOnlySpan<char> token, [NotNullWhen(true)] out CallerIdentity? caller) =>
        _callers.TryGetValue(Hash(token), out caller);

    /// <summary>Remembers a verified token. When there are too many, all are forgotten, and each is verified once more.</summary>
    public void Add(string token, CallerIdentity caller)
    {
        if (Interlocked.Increment(ref _count) > MaxCount)
        {
            Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _callers[Hash(token)] = caller;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _callers.Clear();

    /// <summary>Half of SHA-256. To find another text with the hash of somebody's token takes 2^128 attempts.</summary>
    private static UInt128 Hash(ReadOnlySpan<char> token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
