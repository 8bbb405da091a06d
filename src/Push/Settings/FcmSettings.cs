namespace Fayo.Calls.Push.Settings;

/// <summary>How Firebase Cloud Messaging is reached.</summary>
public sealed class FcmSettings
{
    /// <summary>Where Firebase Cloud Messaging is.</summary>
    public static readonly Uri DefaultUrl = new("https://fcm.googleapis.com/");

    private FcmSettings(ServiceAccount account, Uri url) => (Account, Url) = (account, url);

    /// <summary>The service account that sends. Never logged.</summary>
    internal ServiceAccount Account { get; }

    /// <summary>The base address.</summary>
    internal Uri Url { get; }

    /// <summary>Reads the file of a service account, as Google's console gives it.</summary>
    /// <param name="json">Its content.</param>
    /// <param name="url">The base address.</param>
    /// <exception cref="FormatException">It cannot be used; the message is the end of a sentence, and does not repeat it.</exception>
    public static FcmSettings Parse(string json, Uri url) => new(ServiceAccount.Parse(json), url);

    /// <summary>The project.</summary>
    public override string ToString() => $"FCM project {Account.ProjectId}";
}
