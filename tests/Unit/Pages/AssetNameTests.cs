using Fayo.Calls.Gateway.Pages;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Pages;

public sealed class AssetNameTests
{
    [Theory]
    [InlineData("/assets/Shell-2OctUB0F.js")]
    [InlineData("/assets/me-DVkO2-BD.js")]
    [InlineData("/assets/agora-sdk-Dxhqn_ft.js")]
    [InlineData("/assets/icon.small-Dxhqn_ft.woff2")]
    public void The_name_that_the_build_gives_to_an_asset_is_found(string path) =>
        Assert.Equal(path["/assets/".Length..], AssetName.Find(path));

    [Theory]
    [InlineData("/assets/Shell-2OctUB0F.js.gz")]
    [InlineData("/assets/Shell-2OctUB0F.js.br")]
    [InlineData("/assets/Shell-2OctUB0F")]
    [InlineData("/assets/Shell-2OctUB0F.")]
    [InlineData("/assets/Shell-2OctUB.js")]
    [InlineData("/assets/-2OctUB0F.js")]
    [InlineData("/assets/app.js")]
    [InlineData("/assets/../Shell-2OctUB0F.js")]
    [InlineData("/assets/../../etc-2OctUB0F/passwd")]
    [InlineData("/assets/a%2fb-2OctUB0F.js")]
    [InlineData("/assets/a\\b-2OctUB0F.js")]
    [InlineData("/assets/a'b-2OctUB0F.js")]
    [InlineData("/assets/a\n-2OctUB0F.js")]
    [InlineData("/Shell-2OctUB0F.js")]
    [InlineData("/assets/")]
    public void Every_other_path_is_none_of_an_asset(string path) => Assert.Null(AssetName.Find(path));

    [Fact]
    public void A_name_is_not_longer_than_the_build_makes_it() =>
        Assert.Null(AssetName.Find($"/assets/{new string('a', 200)}-2OctUB0F.js"));
}
