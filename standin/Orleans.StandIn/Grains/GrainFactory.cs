using System.Globalization;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Makes references to grains. Making one costs little and activates nothing.</summary>
    public interface IGrainFactory
    {
        /// <summary>A reference to the grain with this key.</summary>
        /// <exception cref="ArgumentException">No grain class, or more than one, implements the interface.</exception>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>A reference to one of Orleans' own grains.</summary>
        TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithIntegerKey;

        /// <summary>A reference to the grain with this identity.</summary>
        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;
    }

    /// <summary>The same for code outside grains.</summary>
    public interface IClusterClient : IGrainFactory;
}

namespace Orleans.Runtime
{
    internal sealed class GrainFactory(SiloRuntime runtime) : IClusterClient
    {
        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
            return GrainInterface.Refer<TGrainInterface>(runtime.ClassOf(typeof(TGrainInterface)), primaryKey);
        }

        public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithIntegerKey =>
            GrainInterface.Refer<TGrainInterface>(runtime.ClassOf(typeof(TGrainInterface)), primaryKey.ToString("X", CultureInfo.InvariantCulture));

        public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable =>
            GrainInterface.Refer<TGrainInterface>(runtime.ClassOf(grainId.Type), grainId.Key.ToString());
    }
}
