namespace Fayo.Calls.Push.Services;

/// <summary>The push service of one platform.</summary>
internal interface IPushService
{
    /// <summary>Where a device's pushes go. Pushes to the same place share a limit.</summary>
    string PlaceOf(PushDevice device);

    /// <summary>What is wrong with the address of a device.</summary>
    /// <returns>The field, and the rule that it breaks; null where nothing is.</returns>
    (string Field, string Rule)? FindProblem(PushDevice device);

    /// <summary>Tries once to send a push.</summary>
    /// <param name="device">The device.</param>
    /// <param name="message">What it is told.</param>
    /// <param name="timeToLive">How long the push service keeps it for a device that it cannot reach.</param>
    /// <param name="cancellationToken">Gives up. Whether the push was sent is then unknown.</param>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    Task<PushAttempt> SendAsync(PushDevice device, PushMessage message, TimeSpan timeToLive, CancellationToken cancellationToken);
}
