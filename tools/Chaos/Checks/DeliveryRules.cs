using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>What the devices of a call's participants must have been told, and what they must not.</summary>
internal static class DeliveryRules
{
    /// <summary>How long a connection may take to be told of something.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // The most time between the service's reading of the clock and the device's.
    private static readonly TimeSpan MaxTransit = TimeSpan.FromSeconds(1);

    /// <summary>Finds what is wrong with what was told of a call; a sentence each.</summary>
    /// <param name="recorded">The recorded call.</param>
    /// <param name="connections">The connections of its participants, and any others that were told of it.</param>
    /// <param name="now">Until when open connections were observed.</param>
    /// <param name="outages">
    /// When the database was down. What was decided then, or just before, is told only once it is written, and <c>sync</c> has no answer.
    /// </param>
    public static IEnumerable<string> Check(
        RecordedCall recorded, IEnumerable<ConnectionLog> connections, DateTimeOffset now, IReadOnlyList<Outage> outages)
    {
        foreach (var connection in connections.Where(connection => connection.OpenedAt is not null))
        {
            var receipts = connection.Receipts.Where(receipt => receipt.Call.Id == recorded.Call.Id).ToList();
            foreach (var problem in CheckConnection(recorded, connection, receipts, now, outages))
            {
                yield return $"{connection.UserId}, device {connection.Device}, connected from {TimeText.Of(connection.OpenedAt)} "
                    + $"to {TimeText.Of(connection.ClosedAt ?? now)}: {problem}";
            }
        }
    }

    private static IEnumerable<string> CheckConnection(
        RecordedCall recorded, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset now, IReadOnlyList<Outage> outages)
    {
        var call = recorded.Call;
        if (!call.HasParticipant(connection.UserId))
        {
            return receipts.Count == 0 ? [] : ["was told of a call of others."];
        }

        var closed = connection.ClosedAt ?? now;
        return
        [
            .. call.RecipientId == connection.UserId ? CheckInvited(recorded, connection, receipts, closed, outages) : [],
            .. CheckRings(call, connection, receipts, outages),
            .. CheckEnd(call, connection, receipts, closed, outages),
        ];
    }

    private static IEnumerable<string> CheckInvited(
        RecordedCall recorded, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset closed, IReadOnlyList<Outage> outages)
    {
        var call = recorded.Call;
        var opened = connection.OpenedAt!.Value;
        var wasInvited = call.EndReason != EndReasonNames.Busy && recorded.Timeline.Any(entry => entry.Kind == TimelineKindNames.Invited);
        if (!wasInvited || call.RangUntil is not { } until)
        {
            yield break;
        }

        var latest = Outage.FindLatest(call.CreatedAt > opened ? call.CreatedAt : opened, Grace, outages);
        var wasConnectedLongEnough = (until < closed ? until : closed) >= latest;
        var wasConnectedThroughout = opened + Grace <= call.CreatedAt && closed >= Outage.FindLatest(until, Grace, outages);
        if ((wasConnectedLongEnough || wasConnectedThroughout)
            && !receipts.Exists(receipt => receipt.Kind is ReceiptKind.Invitation or ReceiptKind.SyncedInvitation))
        {
            yield return "never learned of the invitation.";
        }
    }

    private static IEnumerable<string> CheckRings(
        CallView call, ConnectionLog connection, List<Receipt> receipts, IReadOnlyList<Outage> outages)
    {
        var hasEnded = false;
        foreach (var receipt in receipts)
        {
            if (receipt.Kind is ReceiptKind.Invitation or ReceiptKind.SyncedInvitation)
            {
                if (connection.UserId != call.RecipientId)
                {
                    yield return $"was rung at {TimeText.Of(receipt.At)}, and is not the one who is called.";
                }

                if (receipt.Call.RemainingMs is not > 0)
                {
                    yield return $"was rung at {TimeText.Of(receipt.At)} with no time left.";
                }

                if (!receipt.IsDelayed && receipt.At > call.RingDeadline + MaxTransit)
                {
                    yield return $"was rung at {TimeText.Of(receipt.At)}, after the ring deadline at {TimeText.Of(call.RingDeadline)}.";
                }

                // An end counts once the database has it.
                if (!receipt.IsDelayed && call.EndedAt is { } ended && receipt.At > Outage.FindLatest(ended, MaxTransit, outages))
                {
                    yield return $"was rung at {TimeText.Of(receipt.At)}, after the end at {TimeText.Of(ended)}.";
                }

                // The answer to a sync that was under way when the call ended is as of when it was asked for.
                if (hasEnded && receipt.Kind == ReceiptKind.Invitation)
                {
                    yield return $"was rung at {TimeText.Of(receipt.At)}, after it had been told of the end.";
                }
            }
            else if (receipt.Kind == ReceiptKind.SyncedCall
                && call.EndedAt is { } endedAt && receipt.At > Outage.FindLatest(endedAt, Grace, outages))
            {
                yield return $"asked at {TimeText.Of(receipt.At)} and was told that the call is open, "
                    + $"which ended at {TimeText.Of(endedAt)}.";
            }

            hasEnded |= receipt.ReportsEnd;
        }
    }

    /// <summary>
    /// A connection must be told of the end if it was connected long enough before, or if it was told of the open call. Others ask
    /// for <c>sync</c> when they connect, whose answer no longer has the call.
    /// </summary>
    private static IEnumerable<string> CheckEnd(
        CallView call, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset closed, IReadOnlyList<Outage> outages)
    {
        // That the recipient is busy the caller learns from the answer to the request.
        if (call.EndedAt is not { } ended || call.EndReason == EndReasonNames.Busy || closed < Outage.FindLatest(ended, Grace, outages))
        {
            yield break;
        }

        var wasConnected = connection.OpenedAt + Grace <= ended;
        if ((wasConnected || receipts.Exists(receipt => receipt.Call.IsOpen)) && !receipts.Exists(receipt => receipt.ReportsEnd))
        {
            yield return $"was never told of the end at {TimeText.Of(ended)}.";
        }
    }
}
