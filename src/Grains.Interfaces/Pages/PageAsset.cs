namespace Fayo.Calls;

/// <summary>A script, style or picture of the pages, whose name contains a hash of its content.</summary>
/// <param name="ContentType">Its type, as the header <c>Content-Type</c> has it.</param>
/// <param name="IsCompressed">True where the content is compressed with gzip.</param>
/// <param name="Content">The file.</param>
public sealed record PageAsset(string ContentType, bool IsCompressed, byte[] Content);
