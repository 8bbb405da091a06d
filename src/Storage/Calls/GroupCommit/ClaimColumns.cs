using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What calls claim: one value per claim that is taken or required, is released, or is kept.</summary>
internal sealed class ClaimColumns
{
    private readonly ArrayColumn<string> _claims = new("claim", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _callIds = new("claim_call", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _bodies = new("claim_body", NpgsqlDbType.Text);
    private readonly ArrayColumn<bool> _areTaken = new("claim_is_taken", NpgsqlDbType.Boolean);
    private readonly ArrayColumn<bool> _areFirst = new("claim_is_first", NpgsqlDbType.Boolean);
    private readonly ArrayColumn<string> _releasedClaims = new("released_claim", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _releasedCallIds = new("released_call", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _keptClaims = new("kept_claim", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _keptCallIds = new("kept_call", NpgsqlDbType.Text);
    private readonly ArrayColumn<TimeSpan> _keptFor = new("kept_for", NpgsqlDbType.Interval);

    /// <summary>The columns but those <see cref="OfKept"/>.</summary>
    public IReadOnlyList<IArrayColumn> All =>
        [_claims, _callIds, _bodies, _areTaken, _areFirst, _releasedClaims, _releasedCallIds];

    /// <summary>The columns of claims that are kept for a while.</summary>
    public IReadOnlyList<IArrayColumn> OfKept => [_keptClaims, _keptCallIds, _keptFor];

    /// <summary>Adds the claims of a write.</summary>
    public void Add(CallWrite write)
    {
        var (taken, required, released) = write.Claims;
        Add(write, taken, areTaken: true);
        Add(write, required, areTaken: false);
        for (var i = 0; i < released.Count; i++)
        {
            _releasedClaims.Add(released[i].Key);
            _releasedCallIds.Add(write.CallId);
        }

        foreach (var (claim, time) in write.Claims.Kept)
        {
            _keptClaims.Add(claim.Key);
            _keptCallIds.Add(write.CallId);
            _keptFor.Add(time);
        }
    }

    private void Add(CallWrite write, IReadOnlyList<CallClaim> claims, bool areTaken)
    {
        // By index: this runs for every write, and the enumerator of a list would be an object each time.
        for (var i = 0; i < claims.Count; i++)
        {
            var claim = claims[i];
            _claims.Add(claim.Key);
            _callIds.Add(write.CallId);
            _bodies.Add(claim.Body);
            _areTaken.Add(areTaken);
            _areFirst.Add(write.ExpectedVersion is null);
        }
    }
}
