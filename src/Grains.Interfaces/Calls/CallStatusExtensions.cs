namespace Fayo.Calls;

/// <summary>What can be told from a status alone.</summary>
public static class CallStatusExtensions
{
    extension(CallStatus status)
    {
        /// <summary>True until the call has ended; ended is final.</summary>
        public bool IsOpen => status is CallStatus.Pending or CallStatus.Ringing or CallStatus.Active;
    }
}
