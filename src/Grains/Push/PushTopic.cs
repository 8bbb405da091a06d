using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fayo.Calls.Grains.Push;

/// <summary>Topics of pushes: one for each call, so that the end of a ring replaces a ring that has not been delivered.</summary>
internal static class PushTopic
{
    /// <summary>The topic of a call's pushes. A push service learns nothing else of the call from it.</summary>
    public static string Of(string callId) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(callId)))[..32];
}
