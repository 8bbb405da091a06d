namespace Fayo.Calls.Grains.Directory;

/// <summary>The users of one partition who have connections at one silo.</summary>
internal sealed class SiloUsers
{
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);

    /// <summary>The hashes of all users, combined by XOR.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>Whether the silo has said that these are all.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The number of the silo's latest report.</summary>
    public long LastNumber { get; set; }

    /// <summary>When the silo reported last, as the clock's timestamp.</summary>
    public long ReportedAt { get; set; }

    public bool Contains(string userId) => _users.Contains(userId);

    /// <summary>All users.</summary>
    public IReadOnlyList<string> List() => [.. _users];

    /// <summary>Adds and removes users. Those who are there already, or are not there, change nothing.</summary>
    public void Apply(IReadOnlyList<string> arrived, IReadOnlyList<string> left)
    {
        foreach (var user in arrived)
        {
            if (_users.Add(user))
            {
                Fingerprint ^= ConnectionPartitions.HashOf(user);
            }
        }

        foreach (var user in left)
        {
            if (_users.Remove(user))
            {
                Fingerprint ^= ConnectionPartitions.HashOf(user);
            }
        }
    }
}
