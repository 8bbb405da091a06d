using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>A class that the silo is to run as a grain service.</summary>
internal sealed record GrainServiceRegistration(Type Type);

/// <summary>The grain services of this silo.</summary>
internal sealed class GrainServices(
    IServiceProvider services, SiloRuntime runtime, ILocalSiloDetails silo, IEnumerable<GrainServiceRegistration> registrations)
{
    private readonly string _address = silo.SiloAddress.ToParsableString();
    private RunningService[] _running = [];

    public async Task StartAsync()
    {
        foreach (var registration in registrations)
        {
            var instance = (GrainService)ActivatorUtilities.CreateInstance(
                services, registration.Type, GrainId.Create(registration.Type.Name, _address));
            var service = new RunningService(instance);
            _running = [.. _running, service];
            await service.RunAsync(async () =>
            {
                await instance.Init(services);
                await instance.Start();
            });
        }
    }

    public async Task StopAsync()
    {
        foreach (var service in _running)
        {
            await service.RunAsync(service.Instance.Stop);
        }

        _running = [];
    }

    /// <summary>Where calls of a service go; the key of a reference to it is the silo's address.</summary>
    public IRequestTarget Target(Type serviceInterface) => new ServiceTarget(this, runtime.Pending, serviceInterface);

    private sealed class ServiceTarget(GrainServices owner, PendingCalls pending, Type serviceInterface) : IRequestTarget
    {
        public PendingCalls Pending => pending;

        public GrainId Identify(string key) => GrainId.Create(serviceInterface.Name, key);

        public void Send(string key, Request request)
        {
            var service = Array.Find(owner._running, service => serviceInterface.IsInstanceOfType(service.Instance));
            if (service is null || key != owner._address)
            {
                request.Fail(new SiloUnavailableException($"Silo {key} is not there, or does not run {serviceInterface.Name}."));
            }
            else
            {
                service.Send(request);
            }
        }
    }

    private sealed class RunningService(GrainService instance) : TurnScheduler, ITurnTarget
    {
        public GrainService Instance => instance;

        public void Send(Request request)
        {
            lock (Gate)
            {
                PostLocked(request);
            }
        }

        void ITurnTarget.OnFinishing(Exception? failure)
        {
        }

        void ITurnTarget.OnFinished(Request request)
        {
        }

        protected override void RunTurn(object turn) => ((Request)turn).Run(this, instance);
    }
}
