namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Where people sign in.</summary>
/// <param name="Url">The address; <c>{page}</c> in it stands for that of the page that leads there. Null where it is not known.</param>
internal sealed record SignInBody(string? Url);
