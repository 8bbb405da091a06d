namespace Fayo.Calls;

/// <summary>How grains are addressed.</summary>
public static class GrainFactoryExtensions
{
    /// <summary>What keys of grains that belong to a user begin with: it keeps Orleans from reading a user id as a number.</summary>
    public const string UserKeyPrefix = "user:";

    extension(IGrainFactory grains)
    {
        /// <summary>The grain of a user.</summary>
        public IUserGrain GetUser(string userId) => KnownGrain<IUserGrain>.Get(grains, UserKeyPrefix + userId);

        /// <summary>The grain that keeps the devices of a user.</summary>
        public IUserDevicesGrain GetUserDevices(string userId) => KnownGrain<IUserDevicesGrain>.Get(grains, UserKeyPrefix + userId);

        /// <summary>The grain that keeps the devices of a user that are registered for push.</summary>
        public IPushDevicesGrain GetPushDevices(string userId) => KnownGrain<IPushDevicesGrain>.Get(grains, UserKeyPrefix + userId);

        /// <summary>The grain that keeps a ticket.</summary>
        public ITicketGrain GetTicketGrain(string ticket) => KnownGrain<ITicketGrain>.Get(grains, TicketRules.GrainKeyOf(ticket));

        /// <summary>A partition of the directory of connections.</summary>
        public IConnectionDirectoryGrain GetConnectionDirectory(int partition) => grains.GetGrain<IConnectionDirectoryGrain>(partition);

        /// <summary>The grain of a call session.</summary>
        public ICallSessionGrain GetCall(string callId) => KnownGrain<ICallSessionGrain>.Get(grains, callId);
    }

    /// <summary>
    /// What Orleans finds out about a grain interface, kept once it is known: <see cref="IGrainFactory.GetGrain{T}(string, string)"/>
    /// reads attributes of types with every call, which was a fifth of the service's CPU.
    /// </summary>
    private static class KnownGrain<TGrain>
        where TGrain : IGrainWithStringKey
    {
        private static GrainKind? _kind;

        public static TGrain Get(IGrainFactory grains, string key)
        {
            if (_kind is { } kind)
            {
                return (TGrain)grains.GetGrain(GrainId.Create(kind.Type, key), kind.Interface);
            }

            var grain = grains.GetGrain<TGrain>(key);
            var reference = (GrainReference)(IAddressable)grain;
            _kind = new GrainKind(reference.GrainId.Type, reference.InterfaceType);
            return grain;
        }
    }

    private sealed record GrainKind(GrainType Type, GrainInterfaceType Interface);
}
