namespace Fayo.Calls.Scale.Run;

/// <summary>What is played.</summary>
/// <param name="Silos">How many silos there are.</param>
/// <param name="Users">How many users are connected.</param>
/// <param name="CallsPerSecond">How many calls begin in a second.</param>
internal sealed record ScaleSettings(int Silos, int Users, int CallsPerSecond);
