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
    [InlineData("https://10.0.0.1:8443", "https://10.0.0.1:8443")]
    [InlineData("https://1.example", "https://1.example")]
    [InlineData("chrome-extension://1234", "chrome-extension://1234")]
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
    [InlineData("https://x.example:0")]
    [InlineData("capacitor://localhost:0")]
    [InlineData("https://1.2.3")]
    [InlineData("https://999.1.1.1")]
    [InlineData("https://1.2.3.4.")]
    [InlineData("https://0x7f.1")]
    [InlineData("https://x.example.0x")]
    [InlineData("https://a,https://b")]
    [InlineData("wss://panel.example.com")]
    [InlineData("file://localhost")]
    [InlineData("null")]
    [InlineData("")]
    public void What_no_browser_can_have_for_an_origin_is_refused(string written) => Assert.Null(OriginText.Normalize(written));
}
