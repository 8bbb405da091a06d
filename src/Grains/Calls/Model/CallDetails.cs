using System.Collections.Immutable;

namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>The part of a call's state that nobody queries by.</summary>
public sealed record CallDetails
{
    /// <summary>How many devices are recorded for one call. Further devices take part without a record.</summary>
    public const int MaxDevices = 16;

    /// <summary>How many members of staff may watch one call.</summary>
    public const int MaxWatchers = 16;

    /// <summary>How many repeated calls without a key are recorded for one call. Further ones are answered without a record.</summary>
    public const int MaxAttempts = 16;

    /// <summary>
    /// How many repeated calls the initiator may make while one call rings, once each has a key, which has to be recorded. Counts those
    /// without a key that are recorded, too.
    /// </summary>
    public const int MaxAttemptsWithKey = 64;

    /// <summary>The details of a new call.</summary>
    public static readonly CallDetails Empty = new();

    /// <summary>The device that answered; null before the answer, or where the client did not name its device.</summary>
    public string? AnsweredDevice { get; init; }

    /// <summary>
    /// The client that answered did not name its device: <see cref="AnsweredDevice"/> is the connection that it answered over, or null.
    /// </summary>
    public bool IsAnsweredUnnamed { get; init; }

    /// <summary>Devices that were invited, have acknowledged or got a token; at most <see cref="MaxDevices"/>.</summary>
    public ImmutableArray<CallDevice> Devices { get; init; } = [];

    /// <summary>Members of staff who watch the call and are notified of every change.</summary>
    public ImmutableArray<string> Watchers { get; init; } = [];

    /// <summary>
    /// How long the first token was good for, where the client brought the name of the media channel; null where the name was made
    /// here, and no other call can have it.
    /// </summary>
    public TimeSpan? TokenLifetime { get; init; }

    /// <summary>How often a participant asked for another call while this one rang, and was answered with this one.</summary>
    public int Attempts { get; init; }

    /// <summary>True when a fact about a device is not on record yet and there is room to record it.</summary>
    /// <param name="userId">Whose device.</param>
    /// <param name="deviceId">The device; null where the client does not name its device.</param>
    /// <param name="isRecorded">Reads the fact from the record of the device.</param>
    public bool CanRecord(string userId, string? deviceId, Func<CallDevice, bool> isRecorded)
    {
        foreach (var known in Devices)
        {
            if (known.UserId == userId && known.DeviceId == deviceId)
            {
                return !isRecorded(known);
            }
        }

        return Devices.Length < MaxDevices;
    }

    /// <summary>The details with a fact about a device added; unchanged when there is no room for another device.</summary>
    /// <param name="userId">Whose device.</param>
    /// <param name="deviceId">The device; null where the client does not name its device.</param>
    /// <param name="isDelivered">The invitation has been delivered to it.</param>
    /// <param name="rings">It has acknowledged the invitation.</param>
    /// <param name="hasToken">It has been given a token.</param>
    /// <param name="isPushed">The invitation was pushed to it.</param>
    public CallDetails WithDevice(
        string userId,
        string? deviceId,
        bool isDelivered = false,
        bool rings = false,
        bool hasToken = false,
        bool isPushed = false)
    {
        for (var i = 0; i < Devices.Length; i++)
        {
            var known = Devices[i];
            if (known.UserId == userId && known.DeviceId == deviceId)
            {
                var updated = known with
                {
                    IsDelivered = known.IsDelivered || isDelivered,
                    Rings = known.Rings || rings,
                    HasToken = known.HasToken || hasToken,
                    IsPushed = known.IsPushed || isPushed,
                };
                return this with { Devices = Devices.SetItem(i, updated) };
            }
        }

        return Devices.Length < MaxDevices
            ? this with { Devices = Devices.Add(new CallDevice(userId, deviceId, rings, hasToken, isDelivered, isPushed)) }
            : this;
    }
}
