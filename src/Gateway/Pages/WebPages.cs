using System.Globalization;
using System.IO.Compression;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>
/// Serves the pages for browsers, if they have been built. All addresses in them are relative, so that a proxy may serve them
/// under any path.
/// </summary>
internal sealed class WebPages : IDisposable
{
    private const string MissingPages = """
        Fayo.Calls is running, but its pages for browsers have not been built.

        With Node.js 20 or newer and npm installed, ./fayo up builds them; or run npm ci and npm run build in the folder web/,
        and start the service with Calls__WebRoot set to web/dist.

        Programs find what they need under /api/v1, described in /openapi/v1.json.

        """;

    /// <summary>For assets: their names contain a hash of their content.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["/"] = "/index.html",
        ["/me"] = "/me.html",
        ["/monitor"] = "/monitor.html",
    };

    /// <summary>The compressed forms that the build may have made, the smallest first.</summary>
    private static readonly (string Encoding, string Extension)[] Compressed = [("br", ".br"), ("gzip", ".gz")];

    private readonly PageHeaders _headers;
    private readonly PhysicalFileProvider? _files;
    private readonly OtherReleases _otherReleases;

    public WebPages(GatewaySettings settings, PageHeaders headers, OtherReleases otherReleases)
    {
        _headers = headers;
        _otherReleases = otherReleases;
        _files = settings.WebRoot is { } root && Directory.Exists(root) ? new PhysicalFileProvider(Path.GetFullPath(root)) : null;
    }

    /// <summary>Answers a request for a page or one of its files, and passes on every other request.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "/";
        if (context.GetEndpoint() is not null || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            return next(context);
        }

        if (path.Length > 1 && path[^1] == '/' && Pages.ContainsKey(path[..^1]))
        {
            // Relative, because the browser may know the page under a longer path.
            context.Response.Redirect($"..{path[..^1]}", permanent: false);
            return Task.CompletedTask;
        }

        var isPage = Pages.TryGetValue(path, out var page);
        var file = page ?? path;
        if (file[^1] == '/' || IsCompressed(file) || Find(file) is not { } found)
        {
            return isPage ? WriteMissingAsync(context)
                : AssetName.Find(path) is { } asset ? ServeOfOtherReleaseAsync(context, asset, next)
                : next(context);
        }

        return ServeAsync(context, file, found);
    }

    public void Dispose() => _files?.Dispose();

    private static bool IsCompressed(string file) =>
        Array.Exists(Compressed, form => file.EndsWith(form.Extension, StringComparison.Ordinal));

    private IFileInfo? Find(string path) => _files?.GetFileInfo(path) is { Exists: true, PhysicalPath: not null } file ? file : null;

    private Task ServeAsync(HttpContext context, string path, IFileInfo file)
    {
        _headers.Set(context);
        var response = context.Response;
        // Browsers have to ask again for everything but assets.
        response.Headers.CacheControl = path.StartsWith(AssetName.Path, StringComparison.Ordinal) ? Immutable : "no-cache";
        foreach (var (encoding, extension) in Compressed)
        {
            if (Find(path + extension) is not { } compressed)
            {
                continue;
            }

            response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (Accepts(context.Request, encoding))
            {
                response.Headers.ContentEncoding = encoding;
                file = compressed;
                break;
            }
        }

        var tag = string.Create(
            CultureInfo.InvariantCulture, $"\"{file.LastModified.UtcTicks:x}-{file.Length:x}-{response.Headers.ContentEncoding}\"");
        return Results.File(
            file.PhysicalPath!,
            ContentTypes.Of(path),
            lastModified: file.LastModified,
            entityTag: new EntityTagHeaderValue(tag),
            enableRangeProcessing: response.Headers.ContentEncoding.Count == 0).ExecuteAsync(context);
    }

    private async Task ServeOfOtherReleaseAsync(HttpContext context, string name, RequestDelegate next)
    {
        if (await _otherReleases.FindAsync(name, context.RequestAborted) is not { } asset)
        {
            await next(context);
            return;
        }

        _headers.Set(context);
        var headers = context.Response.Headers;
        headers.CacheControl = Immutable;
        if (!asset.IsCompressed)
        {
            await Results.Bytes(asset.Content, asset.ContentType).ExecuteAsync(context);
            return;
        }

        headers.Vary = HeaderNames.AcceptEncoding;
        if (Accepts(context.Request, "gzip"))
        {
            headers.ContentEncoding = "gzip";
            await Results.Bytes(asset.Content, asset.ContentType).ExecuteAsync(context);
            return;
        }

        await using var plain = new GZipStream(new MemoryStream(asset.Content, writable: false), CompressionMode.Decompress);
        await Results.Stream(plain, asset.ContentType).ExecuteAsync(context);
    }

    private static bool Accepts(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(accepted =>
            accepted.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && accepted.Quality is null or > 0);

    private Task WriteMissingAsync(HttpContext context)
    {
        _headers.Set(context);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status404NotFound;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsync(MissingPages, context.RequestAborted);
    }
}
