namespace Fayo.Calls.Attack.Abuses;

/// <summary>Something that an attacker does, bounded in number and time.</summary>
internal interface IAbuse
{
    /// <summary>As <c>--only</c> takes it.</summary>
    string Name { get; }

    /// <summary>Goes on until it is cancelled. What the service answers is counted.</summary>
    Task RunAsync(Attacker attacker, CancellationToken cancellationToken);
}
