using System.Text.Json;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("System.GC.Server", false)]
    [InlineData("System.GC.Concurrent", true)]
    [InlineData("System.Runtime.TieredPGO", true)]
    public void The_service_runs_with_the_collector_and_compiler_that_were_decided_on(string setting, bool isOn)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fayo.Calls.Silo.runtimeconfig.json")));

        var properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.Equal(isOn, properties.GetProperty(setting).GetBoolean());
    }
}
