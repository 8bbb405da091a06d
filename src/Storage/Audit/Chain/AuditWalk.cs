using System.Globalization;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>
/// Goes through the entries from one whose hash is known, and finds those that are not as they were written, or as they were accepted.
/// </summary>
/// <param name="seq">The number of the entry before the first.</param>
/// <param name="hash">The hash of that entry.</param>
/// <param name="accepted">The damaged stretches that were accepted.</param>
internal sealed class AuditWalk(long seq, byte[] hash, IReadOnlyList<AcceptedDamage> accepted)
{
    private AcceptedDamage? _open;
    private byte[] _digest = [];

    /// <summary>The number of the last entry that was found to be whole, or of the last of a stretch that was accepted.</summary>
    public long Seq { get; private set; } = seq;

    /// <summary>The hash of that entry.</summary>
    public byte[] Hash { get; private set; } = hash;

    /// <summary>The stretch that was accepted and of which more entries may come; null elsewhere.</summary>
    public AcceptedDamage? Open => _open;

    /// <summary>The hash of the entries of that stretch so far.</summary>
    public byte[] Digest => _open is null ? AuditChain.Start : _digest;

    /// <summary>Looks at the next entry.</summary>
    /// <param name="row">The entry.</param>
    /// <param name="stored">Its hash, as it is stored.</param>
    /// <returns>The first thing that is wrong; null where nothing is. After something was wrong it stays where it was.</returns>
    public AuditDamage? Next(AuditRow row, byte[] stored)
    {
        if (_open is { } open && row.Seq > open.To && Close(open) is { } changed)
        {
            return changed;
        }

        if (_open is null)
        {
            var damage = AuditChain.FindDamage(Seq, Hash, row, stored);
            if (damage is null)
            {
                Move(row.Seq, stored);
                return null;
            }

            if (!TryOpen())
            {
                return new AuditDamage(Seq + 1, damage);
            }

            return Next(row, stored);
        }

        _digest = AuditChain.HashOf(_digest, row);
        return null;
    }

    /// <summary>Compares the end with where the entries are said to end.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public AuditDamage? End(AuditHead last)
    {
        if (_open is { } open && Close(open) is { } changed)
        {
            return changed;
        }

        if (IsAt(last))
        {
            return null;
        }

        var problem = string.Create(
            CultureInfo.InvariantCulture, $"Entry {Seq + 1} is missing: the chain ends at {Seq}, and {last.Seq} was written.");
        return TryOpen() ? End(last) : new AuditDamage(Seq + 1, problem);
    }

    /// <summary>Goes on from an entry, whatever is wrong with it.</summary>
    public void Skip(long seq, byte[] hash)
    {
        _open = null;
        Move(seq, hash);
    }

    private bool IsAt(AuditHead last) => Seq == last.Seq && Hash.AsSpan().SequenceEqual(last.Hash);

    private bool TryOpen()
    {
        _open = accepted.FirstOrDefault(stretch => stretch.From == Seq + 1 && stretch.To > Seq);
        _digest = AuditChain.Start;
        return _open is not null;
    }

    /// <summary>Goes on behind a stretch that was accepted.</summary>
    /// <returns>What is wrong, where its entries are others than those that were accepted.</returns>
    private AuditDamage? Close(AcceptedDamage open)
    {
        if (!_digest.AsSpan().SequenceEqual(open.Digest))
        {
            return new AuditDamage(open.From, string.Create(
                CultureInfo.InvariantCulture,
                $"The entries {open.From} to {open.To}, which were accepted as they were, were changed since."));
        }

        _open = null;
        Move(open.To, open.Hash);
        return null;
    }

    private void Move(long seq, byte[] hash) => (Seq, Hash) = (seq, hash);
}
