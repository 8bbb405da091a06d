using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Base class of Orleans' exceptions.</summary>
    public class OrleansException(string message = "Unexpected error.", Exception? innerException = null)
        : Exception(message, innerException);

    /// <summary>A call could not be delivered.</summary>
    public abstract class OrleansMessageRejectionException(string message, Exception? innerException)
        : OrleansException(message, innerException);

    /// <summary>The silo a call was meant for is not there.</summary>
    public sealed class SiloUnavailableException(string message = "Silo unavailable", Exception? innerException = null)
        : OrleansMessageRejectionException(message, innerException);

    /// <summary>The silo's configuration cannot work.</summary>
    public sealed class OrleansConfigurationException(string message, Exception? innerException = null)
        : Exception(message, innerException);
}

namespace Orleans.Storage
{
    /// <summary>Storage holds another version than the grain. Thrown out of a grain method, it ends the activation.</summary>
    public class InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException = null)
        : OrleansException(errorMsg, storageException)
    {
        public InconsistentStateException(string message = "Version conflict", Exception? innerException = null)
            : this(message, storedEtag: null, currentEtag: null, innerException)
        {
        }

        public string? StoredEtag => storedEtag;
        public string? CurrentEtag => currentEtag;

        /// <summary>Set until the activation that failed is ended, so that callers it passes through are not ended too.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}
