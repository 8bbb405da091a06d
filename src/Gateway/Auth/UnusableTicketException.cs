using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>A ticket does not open a connection. The message is for people and does not hold the ticket.</summary>
internal sealed class UnusableTicketException(string message) : SecurityTokenException(message);
