namespace Fayo.Calls.Gateway.Settings;

/// <summary>Which roles may call which.</summary>
public sealed class CallMatrix
{
    private const string Any = "*";

    private readonly Dictionary<string, IReadOnlySet<string>?> _recipients;

    private CallMatrix(Dictionary<string, IReadOnlySet<string>?> recipients) => _recipients = recipients;

    /// <summary>Everybody may call everybody.</summary>
    public static CallMatrix Everybody { get; } = new(new(StringComparer.Ordinal) { [Any] = null });

    /// <summary>
    /// Reads the rules from a text such as <c>ADMIN:*, DOCTOR:*, PATIENT:ADMIN|DOCTOR</c>: roles of callers, each with the roles that it
    /// may call. <c>*</c> stands for any role, and for users without one. A role of callers that is not named may call what <c>*</c> may,
    /// else nobody.
    /// </summary>
    /// <param name="text">The rules, separated by commas.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <returns>Null where the text cannot be used.</returns>
    public static CallMatrix? Parse(string text, out string? problem)
    {
        var recipients = new Dictionary<string, IReadOnlySet<string>?>(StringComparer.Ordinal);
        foreach (var rule in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (rule.Split(':', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } caller, { Length: > 0 } roles])
            {
                problem = $"holds '{rule}', which is not a rule such as PATIENT:ADMIN|DOCTOR.";
                return null;
            }

            string[] named = roles.Split('|', StringSplitOptions.TrimEntries);
            if (named.Contains("", StringComparer.Ordinal) || (named.Length > 1 && named.Contains(Any, StringComparer.Ordinal)))
            {
                problem = $"holds '{rule}', whose roles are not separated by |, or stand beside *.";
                return null;
            }

            if (!recipients.TryAdd(caller, named is [Any] ? null : named.ToHashSet(StringComparer.Ordinal)))
            {
                problem = $"has two rules for {caller}.";
                return null;
            }
        }

        problem = null;
        return new CallMatrix(recipients);
    }

    /// <summary>The roles that a role may call.</summary>
    /// <param name="role">The caller's role; null for a caller without one.</param>
    /// <returns>Null where it may call anybody.</returns>
    public IReadOnlySet<string>? RecipientsOf(string? role) =>
        role is not null && _recipients.TryGetValue(role, out var own)
            ? own
            : _recipients.TryGetValue(Any, out var others) ? others : new HashSet<string>(StringComparer.Ordinal);
}
