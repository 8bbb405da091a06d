using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>Adds <see cref="WebPages"/> to the pipeline.</summary>
internal static class WebPagesExtensions
{
    /// <summary>Serves the pages wherever no route answers.</summary>
    public static IApplicationBuilder UseWebPages(this IApplicationBuilder app)
    {
        var pages = app.ApplicationServices.GetRequiredService<WebPages>();
        return app.Use(next => context => pages.InvokeAsync(context, next));
    }
}
