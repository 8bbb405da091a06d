namespace Fayo.Calls.Grains.Calls;

/// <summary>The media channel is that of another open call.</summary>
[GenerateSerializer, Alias("Fayo.ChannelInUseException")]
public sealed class ChannelInUseException : OrleansException
{
    /// <summary>The unique index that says so.</summary>
    public const string Constraint = "call_sessions_open_channel";

    /// <summary>With a general message.</summary>
    public ChannelInUseException()
        : base("The channel is that of another open call.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public ChannelInUseException(string message)
        : base(message)
    {
    }

    /// <summary>With a cause.</summary>
    public ChannelInUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The database does not accept the data of a call, and never will: a NUL character in a text, say.</summary>
[GenerateSerializer, Alias("Fayo.CallRefusedException")]
public sealed class CallRefusedException : OrleansException
{
    /// <summary>With a general message.</summary>
    public CallRefusedException()
        : base("The database does not accept the data of a call.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public CallRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>With a cause.</summary>
    public CallRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
