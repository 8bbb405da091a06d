using System.Text;
using Fayo.Calls.Gateway.SocketIo;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.SocketIo;

public class ConnectRequestTests
{
    [Theory]
    [InlineData("40/ws/calls,", "/ws/calls", null)]
    [InlineData("40/ws/calls", "/ws/calls", null)]
    [InlineData("40/ws/calls,{}", "/ws/calls", null)]
    [InlineData("40/ws/calls,{\"token\":\"a.b.c\"}", "/ws/calls", "a.b.c")]
    [InlineData("40/ws/calls,{\"other\":{\"token\":\"no\"},\"token\":\"a.b.c\",\"more\":[1,2]}", "/ws/calls", "a.b.c")]
    [InlineData("40/ws/calls,{\"token\":\"\"}", "/ws/calls", null)]
    [InlineData("40/ws/calls,{\"token\":7}", "/ws/calls", null)]
    [InlineData("40/ws/calls,{\"token\":{\"token\":\"no\"}}", "/ws/calls", null)]
    [InlineData("40{\"token\":\"x\"}", "/", "x")]
    public void A_client_says_where_it_wants_to_connect_and_brings_its_token(string text, string name, string? token)
    {
        Assert.True(ConnectRequest.TryRead(Encoding.UTF8.GetBytes(text), out var request));
        Assert.Equal(new ConnectRequest(name, token), request);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("2")]
    [InlineData("6")]
    public void A_client_may_show_that_it_is_there(string text)
    {
        Assert.True(ConnectRequest.TryRead(Encoding.UTF8.GetBytes(text), out var request));
        Assert.Null(request);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("5")]
    [InlineData("4abc")]
    [InlineData("42/ws/calls,[\"sync\",{}]")]
    [InlineData("41/ws/calls,")]
    [InlineData("40/ws/calls,[]")]
    [InlineData("40/ws/calls,{\"token\":\"x\"")]
    [InlineData("40/ws/calls,{\"token\":\"x\"}}")]
    [InlineData("40/ws/calls,{\"token\":\"\\ud800\"}")]
    [InlineData("40/ws/calls,{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}")]
    public void Nothing_else_may_come_first(string text) =>
        Assert.False(ConnectRequest.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void The_token_is_not_printed() =>
        Assert.DoesNotContain("secret", new ConnectRequest("/ws/calls", "secret").ToString(), StringComparison.Ordinal);

    [Property(MaxTest = 2000)]
    public void Any_bytes_after_the_head_are_read_or_refused(byte[] bytes) =>
        ConnectRequest.TryRead([.. "40/ws/calls,{\"token\":\""u8, .. bytes], out _);
}
