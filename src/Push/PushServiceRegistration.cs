using Fayo.Calls.Push.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Push;

/// <summary>Puts the sending of pushes into a host.</summary>
public static class PushServiceRegistration
{
    /// <summary>Adds what sends pushes. Where no push service is configured nothing is added: none are sent.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services, PushSettings settings) => settings.IsOn
        ? services
            .AddSingleton(settings)
            .AddSingleton<PushMetrics>()
            .AddSingleton<IPushSender, PushSender>()
        : services;
}
