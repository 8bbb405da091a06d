using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>Decides who may call whom, by <see cref="GatewaySettings.MayCall"/>.</summary>
/// <remarks>
/// The role of who is called is the one on record: that of the last token with which the user was seen. Who was never seen has none, and
/// may be called by those only who may call anybody.
/// </remarks>
/// <param name="settings">The rules.</param>
/// <param name="users">Knows the roles of users.</param>
internal sealed class CallPermissions(GatewaySettings settings, IUserReader users)
{
    /// <summary>Whether a caller may call somebody.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="recipientId">Who is to be called; null for an open session, which anybody may join.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where that is allowed.</returns>
    public async ValueTask<ApiError?> FindRefusalAsync(Caller caller, string? recipientId, CancellationToken cancellationToken)
    {
        if (settings.MayCall.RecipientsOf(caller.Role) is not { } roles)
        {
            return null;
        }

        var role = roles.Count == 0 || recipientId is null ? null : await users.ReadRoleAsync(recipientId, cancellationToken);
        return role is not null && roles.Contains(role) ? null : ApiError.NotAllowed;
    }
}
