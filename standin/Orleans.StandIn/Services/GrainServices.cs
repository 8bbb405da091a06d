using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Services;

namespace Orleans
{
    /// <summary>Something of a silo itself that can receive calls.</summary>
    public interface ISystemTarget : IAddressable;
}

namespace Orleans.Services
{
    /// <summary>A service that runs once in every silo.</summary>
    public interface IGrainService : ISystemTarget;

    /// <summary>The way to a grain service.</summary>
    public interface IGrainServiceClient<TGrainService>
        where TGrainService : IGrainService;
}

namespace Orleans.Runtime.Services
{
    /// <summary>Base class of the clients of a grain service.</summary>
    public abstract class GrainServiceClient<TGrainService>(IServiceProvider serviceProvider) : IGrainServiceClient<TGrainService>
        where TGrainService : IGrainService
    {
        private readonly GrainServices _services = serviceProvider.GetRequiredService<GrainServices>();

        /// <summary>The service of one silo. Calls of a silo that is not there fail with <see cref="SiloUnavailableException"/>.</summary>
        protected TGrainService GetGrainService(SiloAddress destination) =>
            GrainInterface.Refer<TGrainService>(_services.Target(typeof(TGrainService)), destination.ToParsableString());
    }
}

namespace Orleans.Runtime
{
    /// <summary>Base class of grain services: one instance in every silo, whose calls run one turn at a time, and interleave.</summary>
#pragma warning disable CS9113 // Real Orleans wants the logger factory.
    public abstract class GrainService(GrainId grainId, Silo silo, ILoggerFactory loggerFactory) : IGrainService
#pragma warning restore CS9113
    {
        public GrainId GrainId => grainId;
        public SiloAddress Silo => silo.SiloAddress;
        public virtual Task Init(IServiceProvider serviceProvider) => Task.CompletedTask;
        public virtual Task Start() => Task.CompletedTask;
        public virtual Task Stop() => Task.CompletedTask;
    }

    /// <summary>The silo, as grain services get it.</summary>
    public sealed class Silo(ILocalSiloDetails siloDetails)
    {
        public SiloAddress SiloAddress => siloDetails.SiloAddress;
    }
}
