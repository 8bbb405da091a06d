using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>Puts <see cref="WebPages"/> into the pipeline.</summary>
internal static class WebPagesExtensions
{
    /// <summary>Answers what no route answers, and the pages know.</summary>
    public static IApplicationBuilder UseWebPages(this IApplicationBuilder app)
    {
        var pages = app.ApplicationServices.GetRequiredService<WebPages>();
        return app.Use(next => context => pages.InvokeAsync(context, next));
    }
}
