namespace Fayo.Calls.Bench.Comparing;

/// <summary>A server that takes the calls of the wire contract.</summary>
/// <param name="Name">What it is called in options and in the table.</param>
/// <param name="Command">The program that runs it, and its arguments.</param>
/// <param name="BySocketIo">Whether it pushes by Socket.IO instead of SignalR.</param>
internal sealed record ComparedServer(string Name, IReadOnlyList<string> Command, bool BySocketIo = false)
{
    /// <summary>One Node.js process that does the same job: <c>bench/peer.mjs</c>.</summary>
    public const string Peer = "peer";

    /// <summary>The least that ASP.NET Core, SignalR and Npgsql need: <c>tools/Floor</c>.</summary>
    public const string Floor = "floor";

    /// <summary>The service.</summary>
    public const string Service = "service";
}
