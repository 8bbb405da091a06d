namespace Fayo.Calls.Grains.Push;

/// <summary>Sends nothing: no push service is configured.</summary>
internal sealed class NoPushSender : IPushSender
{
    /// <inheritdoc/>
    public bool IsOn => false;

    /// <inheritdoc/>
    public string? VapidPublicKey => null;

    /// <inheritdoc/>
    public bool Supports(PushPlatform platform) => false;

    /// <inheritdoc/>
    public (string Field, string Rule)? FindProblem(PushDevice device) => null;

    /// <inheritdoc/>
    public Task<PushResult> SendAsync(string userId, PushDevice device, PushMessage message, Func<bool>? isWanted = null) =>
        Task.FromResult(new PushResult(PushOutcome.Dropped, "push is off"));
}
