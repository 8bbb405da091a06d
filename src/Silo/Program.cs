using Fayo.Calls.Silo;
using Fayo.Calls.Silo.Commands;

return args switch
{
    ["--help" or "-h" or "-?", ..] => await ProgramCommands.RunAsync("help", []),
    [var command, .. var rest] when !command.StartsWith('-') => await ProgramCommands.RunAsync(command, rest),
    _ when ProgramCommands.FindUnknownOption(args) is { } option => await ProgramCommands.RefuseAsync(option),
    _ => await ServiceHost.RunAsync(args),
};
