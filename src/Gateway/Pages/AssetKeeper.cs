using Fayo.Calls.Gateway.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>
/// Writes the assets of this silo's pages to the database when it starts, and notes once a day that they are in use. From there, silos of
/// other releases serve them.
/// </summary>
/// <param name="settings">Where the pages are.</param>
/// <param name="assets">Where assets are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs what was written.</param>
internal sealed class AssetKeeper(GatewaySettings settings, IPageAssets assets, TimeProvider time, ILogger<AssetKeeper> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>An asset that is larger than this, as it is kept, is not kept.</summary>
    private const long MaxAssetBytes = 4 * 1024 * 1024;

    /// <summary>How many bytes are kept of one release, so that there is room for others.</summary>
    private const long MaxReleaseBytes = IPageAssets.MaxBytes / 4;

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long the start of the service may wait for the database.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to write, while the silo starts.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <summary>Waits a moment: as soon as this silo gives out its pages, other silos may be asked for their assets.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken) =>
        await _tried.Task.WaitAsync(StartTimeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Interval;
            try
            {
                await KeepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.AssetsNotKept(e.GetType().Name);
                wait = RetryInterval;
            }
            catch (Exception)
            {
                return;
            }
            finally
            {
                _tried.TrySetResult();
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var files = FindFiles();
        if (files.Count == 0)
        {
            return;
        }

        var added = 0;
        foreach (var name in files.Keys.Except(await assets.NoteUsedAsync(files.Keys, cancellationToken), StringComparer.Ordinal))
        {
            var file = files[name];
            var content = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
            await assets.AddAsync(name, new PageAsset(ContentTypes.Of(name), file.Name != name, content), cancellationToken);
            added++;
        }

        if (added > 0)
        {
            logger.AssetsKept(added);
        }
    }

    /// <summary>The files of this silo's assets by the assets' names: compressed ones, where the build has made them.</summary>
    private Dictionary<string, FileInfo> FindFiles()
    {
        var files = new Dictionary<string, FileInfo>(StringComparer.Ordinal);
        var folder = settings.WebRoot is { } root ? new DirectoryInfo(Path.Combine(root, "assets")) : null;
        if (folder is not { Exists: true })
        {
            return files;
        }

        var left = MaxReleaseBytes;
        foreach (var plain in folder.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (!AssetName.IsHashed(plain.Name))
            {
                continue;
            }

            var compressed = new FileInfo(plain.FullName + ".gz");
            var file = compressed.Exists ? compressed : plain;
            if (file.Length > Math.Min(MaxAssetBytes, left))
            {
                logger.AssetTooLarge(plain.Name);
                continue;
            }

            left -= file.Length;
            files.Add(plain.Name, file);
        }

        return files;
    }
}
