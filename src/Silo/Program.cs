using Fayo.Calls.Silo;
using Fayo.Calls.Silo.Commands;

return args is [var command, .. var rest] && !command.StartsWith('-')
    ? await ProgramCommands.RunAsync(command, rest)
    : await ServiceHost.RunAsync(args);
