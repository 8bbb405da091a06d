namespace Fayo.Calls.Push.Services;

/// <summary>A subscription leads to a network that is not public.</summary>
internal sealed class ForbiddenAddressException : Exception
{
    public ForbiddenAddressException()
        : base("The address is not public.")
    {
    }

    public ForbiddenAddressException(string message)
        : base(message)
    {
    }

    public ForbiddenAddressException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
