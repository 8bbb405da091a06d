using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain interface.</summary>
    public interface IGrain : IAddressable;

    /// <summary>An interface of grains whose key is a string, the only kind of key that a program's own grains have here.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>An interface of Orleans' own grains that have a number for a key.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>What every grain class implements.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        /// <summary>Runs before the first call. A failure ends the activation and reaches every waiting caller.</summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>Base class of grains.</summary>
    public abstract class Grain : IGrainBase, IAddressable
    {
        /// <summary>Binds the instance to the activation that is being created on this thread.</summary>
        protected Grain() => GrainContext = TurnScheduler.Running as Activation;

        /// <summary>The activation this instance belongs to; null only in an instance made outside a silo.</summary>
        [AllowNull]
        public IGrainContext GrainContext { get; }

        protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();
        protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;
        protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

        /// <inheritdoc cref="IGrainBase.OnActivateAsync"/>
        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <inheritdoc cref="IGrainBase.OnDeactivateAsync"/>
        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>What a grain, or a reference to one, knows about its identity.</summary>
    public static class GrainExtensions
    {
        /// <summary>The identity behind a grain or a reference.</summary>
        /// <exception cref="ArgumentException">The object is neither.</exception>
        public static GrainId GetGrainId(this IAddressable grain) => grain switch
        {
            IGrainBase instance => instance.GrainContext.GrainId,
            GrainReference reference => reference.GrainId,
            _ => throw new ArgumentException($"{grain} is neither a grain nor a reference to one.", nameof(grain)),
        };

        public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

        public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain is GrainReference reference
            ? reference.As<TGrainInterface>()
            : GrainInterface.Refer<TGrainInterface>(((Activation)((IGrainBase)grain).GrainContext).Class, grain.GetPrimaryKeyString());
    }
}

namespace Orleans.Runtime
{
    /// <summary>Whatever can receive calls.</summary>
    public interface IAddressable;

    /// <summary>One activation of a grain, as its own code sees it.</summary>
    public interface IGrainContext
    {
        GrainId GrainId { get; }

        /// <summary>The instance of the grain class; null until it is made.</summary>
        object? GrainInstance { get; }

        /// <summary>The silo's services. The stand-in makes no scope per activation.</summary>
        IServiceProvider ActivationServices { get; }

        Task Deactivated { get; }
        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }
}
