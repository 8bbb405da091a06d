namespace Fayo.Calls.Floor;

/// <summary>
/// The floor of <c>./fayo bench --compare</c>: the least that ASP.NET Core, stock SignalR and Npgsql need for the requests, pushes and
/// rows of a call. It has no grains and no rules, believes every request, and forgets all calls when it stops.
/// </summary>
/// <remarks>From the environment: <c>HOST</c>, <c>PORT</c>, <c>DATABASE_URL</c> and <c>JWT_SECRET</c>, as the service takes them.</remarks>
internal static class Program
{
    private static async Task Main(string[] words)
    {
        var tokens = new BearerTokens(Required("JWT_SECRET"));
        var writer = new CallWriter(Required("DATABASE_URL"));
        await writer.MakeTablesAsync();

        var builder = WebApplication.CreateSlimBuilder(words);
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        await using var app = builder.Build();

        app.UseWebSockets();
        app.Use(tokens.RequireForHubAsync);
        app.MapHub<CallHub>(CallHub.Path);
        app.MapGet("/health/ready", () => "ready");
        new CallEndpoints(tokens, writer, app.Services).Map(app);
        await await Task.WhenAny(app.RunAsync($"http://{Required("HOST")}:{Required("PORT")}"), writer.RunAsync());
    }

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{variable} is not set.");
}
