namespace Fayo.Calls;

/// <summary>Keeps the history of calls no longer than it is to be kept. One for the whole cluster, under <see cref="Key"/>.</summary>
[Alias("Fayo.IHistoryGrain")]
public interface IHistoryGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "history";

    /// <summary>Sets the reminder.</summary>
    [Alias("Schedule")]
    Task Schedule();
}
