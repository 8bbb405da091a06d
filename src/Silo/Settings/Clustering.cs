namespace Fayo.Calls.Silo.Settings;

/// <summary>How silos find each other.</summary>
internal enum Clustering
{
    /// <summary>One silo, on this machine.</summary>
    Localhost,

    /// <summary>Any number of silos that share the database.</summary>
    AdoNet,
}
