namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>What the devices of a call's participants have to have been told, and what they must not.</summary>
internal static class DeliveryRules
{
    /// <summary>How long both a connection and what it is to be told of have to be there before it must have been told.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // What may pass between the service's look at the clock and the device's.
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with what was told of a call; a sentence each.</summary>
    /// <param name="ledger">The call on record.</param>
    /// <param name="connections">The connections of its participants and, where they were told of it, of others.</param>
    /// <param name="now">Until when connections were looked at.</param>
    public static IEnumerable<string> Check(LedgerCall ledger, IEnumerable<ConnectionLog> connections, DateTimeOffset now)
    {
        foreach (var connection in connections.Where(connection => connection.OpenedAt is not null))
        {
            var receipts = connection.Receipts.Where(receipt => receipt.Call.Id == ledger.Call.Id).ToList();
            foreach (var problem in CheckConnection(ledger, connection, receipts, now))
            {
                yield return $"{connection.UserId}, device {connection.Device}, connected from {LedgerTime.Of(connection.OpenedAt)} to {LedgerTime.Of(connection.ClosedAt ?? now)}: {problem}";
            }
        }
    }

    private static IEnumerable<string> CheckConnection(
        LedgerCall ledger, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset now)
    {
        var call = ledger.Call;
        if (!call.HasParticipant(connection.UserId))
        {
            return receipts.Count == 0 ? [] : ["was told of a call of others."];
        }

        var closed = connection.ClosedAt ?? now;
        return
        [
            .. call.RecipientId == connection.UserId ? CheckInvited(ledger, connection, receipts, closed) : [],
            .. CheckRings(call, connection, receipts),
            .. CheckToldOfEnd(call, connection, receipts, closed),
        ];
    }

    private static IEnumerable<string> CheckInvited(
        LedgerCall ledger, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset closed)
    {
        var call = ledger.Call;
        var opened = connection.OpenedAt!.Value;
        if (call.EndReason == EndReason.Busy || call.RangUntil is not { } until || ledger.Timeline.All(entry => entry.Kind != TimelineKind.Invited))
        {
            yield break;
        }

        var together = (until < closed ? until : closed) - (call.CreatedAt > opened ? call.CreatedAt : opened);
        var wasThereBeforeAndAfter = opened + Grace <= call.CreatedAt && closed >= until + Grace;
        if ((together >= Grace || wasThereBeforeAndAfter)
            && !receipts.Exists(receipt => receipt.Kind is ReceiptKind.Invitation or ReceiptKind.SyncedInvitation))
        {
            yield return "never learned of the invitation.";
        }
    }

    private static IEnumerable<string> CheckRings(CallView call, ConnectionLog connection, List<Receipt> receipts)
    {
        var isOver = false;
        foreach (var receipt in receipts)
        {
            if (receipt.Kind is ReceiptKind.Invitation or ReceiptKind.SyncedInvitation)
            {
                if (connection.UserId != call.RecipientId)
                {
                    yield return $"was rung at {LedgerTime.Of(receipt.At)}, and is not the one who is called.";
                }

                if (receipt.Call.RemainingMs is not > 0)
                {
                    yield return $"was rung at {LedgerTime.Of(receipt.At)} with no time left.";
                }

                if (!receipt.IsHeld && receipt.At > call.RingDeadline + OnTheWay)
                {
                    yield return $"was rung at {LedgerTime.Of(receipt.At)}, after the ring deadline at {LedgerTime.Of(call.RingDeadline)}.";
                }

                if (!receipt.IsHeld && receipt.At > call.EndedAt + OnTheWay)
                {
                    yield return $"was rung at {LedgerTime.Of(receipt.At)}, after the end at {LedgerTime.Of(call.EndedAt)}.";
                }

                // A sync that was under way when the end was told says what was true when it was asked.
                if (isOver && receipt.Kind == ReceiptKind.Invitation)
                {
                    yield return $"was rung at {LedgerTime.Of(receipt.At)}, after it had been told of the end.";
                }
            }
            else if (receipt.Kind == ReceiptKind.SyncedCall && receipt.At > call.EndedAt + Grace)
            {
                yield return $"asked at {LedgerTime.Of(receipt.At)} and was told that the call is open, which ended at {LedgerTime.Of(call.EndedAt)}.";
            }

            isOver |= receipt.TellsEnd;
        }
    }

    /// <summary>
    /// A connection that was there long before, or that had been told of the call while it was open, has to be told of the end.
    /// Others ask when they come, and then are told by its absence.
    /// </summary>
    private static IEnumerable<string> CheckToldOfEnd(CallView call, ConnectionLog connection, List<Receipt> receipts, DateTimeOffset closed)
    {
        // A caller to whom the recipient is busy has that as the answer to the request.
        if (call.EndedAt is not { } ended || call.EndReason == EndReason.Busy || closed < ended + Grace)
        {
            yield break;
        }

        var wasThere = connection.OpenedAt + Grace <= ended;
        if ((wasThere || receipts.Exists(receipt => receipt.Call.Status.IsOpen)) && !receipts.Exists(receipt => receipt.TellsEnd))
        {
            yield return $"was never told of the end at {LedgerTime.Of(ended)}.";
        }
    }
}
