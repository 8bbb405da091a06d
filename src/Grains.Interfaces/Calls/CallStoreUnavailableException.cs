namespace Fayo.Calls;

/// <summary>The database of calls cannot be reached. What was asked may or may not have been done; it is safe to ask again.</summary>
[GenerateSerializer, Alias("Fayo.CallStoreUnavailableException")]
public sealed class CallStoreUnavailableException : OrleansException
{
    /// <summary>With a general message.</summary>
    public CallStoreUnavailableException()
        : base("The database of calls cannot be reached.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public CallStoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the error of the database.</summary>
    public CallStoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
