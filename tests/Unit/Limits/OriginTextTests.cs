using Fayo.Calls.Gateway.Settings;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Limits;

public class OriginTextTests
{
    [Theory]
    [InlineData("https://panel.example.com", "https://panel.example.com")]
    [InlineData("HTTPS://Panel.Example.com/", "https://panel.example.com")]
    [InlineData("https://panel.example.com:443", "https://panel.example.com")]
    [InlineData("https://panel.example.com:8443", "https://panel.example.com:8443")]
    [InlineData("http://localhost", "http://localhost")]
    [InlineData("http://localhost:8100", "http://localhost:8100")]
    [InlineData("http://[::1]:8100", "http://[::1]:8100")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("ionic://localhost", "ionic://localhost")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    public void An_origin_is_compared_as_browsers_send_it(string written, string sent) => Assert.Equal(sent, OriginText.Normalize(written));

    [Theory]
    [InlineData("panel.example.com")]
    [InlineData("https://panel.example.com/path")]
    [InlineData("https://panel.example.com?x")]
    [InlineData("https://panel.example.com#x")]
    [InlineData("https://ann@panel.example.com")]
    [InlineData("*.example.com")]
    [InlineData("https://*.example.com")]
    [InlineData("https://")]
    [InlineData("https://a b")]
    [InlineData("https://panel.example.com:99999")]
    [InlineData("https://a,https://b")]
    [InlineData("wss://panel.example.com")]
    [InlineData("file://localhost")]
    [InlineData("null")]
    [InlineData("")]
    public void What_no_browser_can_have_for_an_origin_is_refused(string written) => Assert.Null(OriginText.Normalize(written));
}
