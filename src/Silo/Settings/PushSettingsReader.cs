using Fayo.Calls.Push.Settings;

namespace Fayo.Calls.Silo.Settings;

/// <summary>Reads which push services are used.</summary>
internal static class PushSettingsReader
{
    private const string VapidPublic = "Calls:Push:VapidPublicKey";
    private const string VapidPrivate = "Calls:Push:VapidPrivateKey";
    private const string VapidSubject = "Calls:Push:VapidSubject";
    private const string FcmFile = "Calls:Push:Fcm";
    private const string ApnsFile = "Calls:Push:ApnsKey";
    private const string ApnsKeyId = "Calls:Push:ApnsKeyId";
    private const string ApnsTeamId = "Calls:Push:ApnsTeamId";
    private const string ApnsTopic = "Calls:Push:ApnsTopic";

    /// <summary>The length of the identifiers of keys and teams that Apple gives.</summary>
    private const int ApnsIdLength = 10;

    /// <summary>Reads the settings. Those that are missing or bad are refused, and their push service is left out.</summary>
    public static PushSettings Read(SettingReader read) => new()
    {
        Vapid = ReadVapid(read),
        VapidSubject = read.Text(VapidSubject),
        Fcm = ReadFcm(read),
        Apns = ReadApns(read),
        AllowedNetworks = read.Networks("Calls:Push:AllowedNetworks", []),
        AttemptTimeout = read.Duration(
            "Calls:Push:Timeout", PushSettings.DefaultAttemptTimeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30)),
    };

    private static VapidKeys? ReadVapid(SettingReader read)
    {
        if (!RequireAll(read, VapidPublic, VapidPrivate, VapidSubject))
        {
            return null;
        }

        var subject = read.Text(VapidSubject)!;
        if (!(subject.StartsWith("mailto:", StringComparison.Ordinal) && subject.Contains('@', StringComparison.Ordinal))
            && !(Uri.TryCreate(subject, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
        {
            read.Refuse(VapidSubject, "has to be whom push services may write to: a mailto: address, or an https URL.");
        }

        if (!VapidKeys.IsPublicKey(read.Text(VapidPublic)!))
        {
            read.Refuse(VapidPublic, "has to be a public key as the command vapid-keys makes it: 65 bytes in base64url.");
            return null;
        }

        try
        {
            return VapidKeys.Parse(read.Text(VapidPublic)!, read.Text(VapidPrivate)!);
        }
        catch (FormatException e)
        {
            read.Refuse(VapidPrivate, e.Message);
            return null;
        }
    }

    private static FcmSettings? ReadFcm(SettingReader read)
    {
        var url = ReadUrl(read, "Calls:Push:FcmUrl", FcmSettings.DefaultUrl);
        if (ReadFile(read, FcmFile) is not { } json)
        {
            return null;
        }

        try
        {
            return FcmSettings.Parse(json, url);
        }
        catch (FormatException e)
        {
            read.Refuse(FcmFile, e.Message);
            return null;
        }
    }

    private static ApnsSettings? ReadApns(SettingReader read)
    {
        var url = ReadUrl(read, "Calls:Push:ApnsUrl", ApnsSettings.DefaultUrl);
        if (!RequireAll(read, ApnsFile, ApnsKeyId, ApnsTeamId, ApnsTopic))
        {
            return null;
        }

        foreach (var name in new[] { ApnsKeyId, ApnsTeamId })
        {
            if (read.Text(name) is not { Length: ApnsIdLength } id || !id.All(char.IsAsciiLetterOrDigit))
            {
                read.Refuse(name, $"has to be the {ApnsIdLength} letters and digits that Apple shows.");
            }
        }

        if (ReadFile(read, ApnsFile) is not { } pem)
        {
            return null;
        }

        try
        {
            return new ApnsSettings
            {
                Key = ApnsSettings.ParseKey(pem),
                KeyId = read.Text(ApnsKeyId)!,
                TeamId = read.Text(ApnsTeamId)!,
                Topic = read.Text(ApnsTopic)!,
                Url = url,
            };
        }
        catch (FormatException e)
        {
            read.Refuse(ApnsFile, e.Message);
            return null;
        }
    }

    /// <summary>Refuses settings that are missing while others of them are set.</summary>
    /// <returns>Whether all are set.</returns>
    private static bool RequireAll(SettingReader read, params string[] names)
    {
        var missing = Array.FindAll(names, name => read.Text(name) is null);
        if (missing.Length == names.Length)
        {
            return false;
        }

        var others = string.Join(" and ", names.Except(missing).Select(name => name.Replace(":", "__", StringComparison.Ordinal)));
        foreach (var name in missing)
        {
            read.Refuse(name, $"is not set; {others} needs it.");
        }

        return missing.Length == 0;
    }

    private static string? ReadFile(SettingReader read, string name)
    {
        if (read.Text(name) is not { } path)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            read.Refuse(name, $"has to be the path of a file that can be read ({e.GetType().Name}).");
            return null;
        }
    }

    /// <summary>Tokens and names go there, so that it has to be https, unless it is this machine.</summary>
    private static Uri ReadUrl(SettingReader read, string name, Uri otherwise)
    {
        var url = read.HttpUrl(name);
        if (url is { IsLoopback: false } && url.Scheme != Uri.UriSchemeHttps)
        {
            read.Refuse(name, "has to be an https URL.");
        }

        return url ?? otherwise;
    }
}
