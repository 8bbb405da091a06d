using System.Text.Json;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("System.GC.Server")]
    [InlineData("System.GC.Concurrent")]
    [InlineData("System.Runtime.TieredPGO")]
    public void The_service_runs_with_the_collector_and_compiler_that_were_decided_on(string setting)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fayo.Calls.Silo.runtimeconfig.json")));

        var properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.False(properties.GetProperty(setting).GetBoolean());
    }
}
