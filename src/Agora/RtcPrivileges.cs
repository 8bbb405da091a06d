namespace Fayo.Calls.Agora;

/// <summary>What a user may do in a media channel; bit n is Agora's privilege number n.</summary>
[Flags]
public enum RtcPrivileges
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Join the channel and subscribe to others (Agora's privilege 1).</summary>
    JoinChannel = 1 << 1,

    /// <summary>Publish audio (Agora's privilege 2).</summary>
    PublishAudio = 1 << 2,

    /// <summary>Publish video (Agora's privilege 3).</summary>
    PublishVideo = 1 << 3,

    /// <summary>Publish data streams (Agora's privilege 4).</summary>
    PublishData = 1 << 4,

    /// <summary>Agora's role "subscriber": join and listen.</summary>
    Subscriber = JoinChannel,

    /// <summary>Agora's role "publisher": everything.</summary>
    Publisher = JoinChannel | PublishAudio | PublishVideo | PublishData,
}
