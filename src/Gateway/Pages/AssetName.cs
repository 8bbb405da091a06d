using System.Buffers;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>The names that the build gives to assets, such as <c>Shell-2OctUB0F.js</c>, with eight characters of a hash.</summary>
internal static class AssetName
{
    /// <summary>The path under which assets are served.</summary>
    public const string Path = "/assets/";

    private const int MaxLength = 120;
    private const int HashLength = 8;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <summary>The name in the path of an asset; null where the path is none of an asset whose name has a hash.</summary>
    public static string? Find(string path) =>
        path.StartsWith(Path, StringComparison.Ordinal) && IsHashed(path[Path.Length..]) ? path[Path.Length..] : null;

    /// <summary>Whether a file's name has a hash. The compressed forms beside a file are not assets of their own.</summary>
    public static bool IsHashed(string name)
    {
        if (name.Length > MaxLength || name.AsSpan().ContainsAnyExcept(Characters))
        {
            return false;
        }

        var dot = name.LastIndexOf('.');
        var hash = dot - HashLength;
        return hash > 1 && name[hash - 1] == '-' && !name.AsSpan(hash, HashLength).Contains('.')
            && name[(dot + 1)..] is not ("" or "br" or "gz");
    }
}
