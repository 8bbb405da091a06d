namespace Orleans;

/// <summary>Why an activation ends: those of Orleans' reasons that occur here.</summary>
public enum DeactivationReasonCode : byte
{
    None = 0,
    ShuttingDown = 1,

    /// <summary><see cref="IGrainBase.OnActivateAsync"/>, or reading state before it, failed.</summary>
    ActivationFailed = 2,
    ActivationIdle = 4,
    ApplicationError = 8,
    ApplicationRequested = 9,
}

/// <summary>Why an activation ends, in words and with the exception behind it.</summary>
public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
{
    /// <summary>A reason without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text)
        : this(code, exception: null, text)
    {
    }

    public DeactivationReasonCode ReasonCode => code;
    public string Description => text;

    /// <summary>The exception behind it, if there was one.</summary>
    public Exception? Exception => exception;

    public override string ToString() => $"{code}: {text} {exception}";
}
