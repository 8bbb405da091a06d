using Microsoft.AspNetCore.StaticFiles;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>The types of the pages' files.</summary>
internal static class ContentTypes
{
    private static readonly FileExtensionContentTypeProvider Types = new()
    {
        Mappings = { [".webmanifest"] = "application/manifest+json" },
    };

    /// <summary>The type of a file, as the header <c>Content-Type</c> has it.</summary>
    public static string Of(string path)
    {
        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}
