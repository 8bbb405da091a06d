namespace Fayo.Calls;

/// <summary>Sends pushes to devices.</summary>
public interface IPushSender
{
    /// <summary>Whether any push service is configured.</summary>
    bool IsOn { get; }

    /// <summary>The public key to which browsers subscribe, base64url; null where Web Push is not configured.</summary>
    string? VapidPublicKey { get; }

    /// <summary>Whether a platform's push service is configured.</summary>
    bool Supports(PushPlatform platform);

    /// <summary>What is wrong with the address of a device.</summary>
    /// <returns>The field, and the rule that it breaks, as a sentence after the field's name goes on; null where nothing is.</returns>
    (string Field, string Rule)? FindProblem(PushDevice device);

    /// <summary>
    /// Sends a push, again where that fails in a way that passes, until the message expires. Completes however long that takes; never
    /// throws. What the push service answered is noted with the device, which is forgotten where it is gone.
    /// </summary>
    /// <param name="userId">Whose device.</param>
    /// <param name="device">The device.</param>
    /// <param name="message">What it is told.</param>
    /// <param name="isWanted">Asked before each attempt, on any thread: false where the message is of no use any more.</param>
    Task<PushResult> SendAsync(string userId, PushDevice device, PushMessage message, Func<bool>? isWanted = null);
}
