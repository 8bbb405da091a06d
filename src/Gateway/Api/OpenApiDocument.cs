using System.Text.Json.Nodes;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The OpenAPI document, and what it says of all routes.</summary>
internal static class OpenApiDocument
{
    private const string Name = "v1";
    private const string Bearer = "bearer";

    /// <summary>Adds the document <c>v1</c>.</summary>
    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddSchemaTransformer(DescribeSchemaAsync);
        options.AddOperationTransformer(RequireBearerAsync);
        options.AddDocumentTransformer(DescribeDocumentAsync);
    });

    /// <summary>
    /// Maps the document to <c>/openapi/v1.json</c>. It is the same for all, and made when it is asked for the first time: once, however
    /// many ask, and on a thread of its own, because that takes a few hundred milliseconds.
    /// </summary>
    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes)
    {
        var gate = new Lock();
        Task<CachedJson>? making = null;
        routes.MapGet($"/openapi/{Name}.json", async (HttpContext context) =>
        {
            var document = await Make().WaitAsync(context.RequestAborted);
            await document.WriteAsync(context);
        }).ExcludeFromDescription();

        Task<CachedJson> Make()
        {
            lock (gate)
            {
                return making ??= Task.Factory.StartNew(
                    () => MakeAsync(routes.ServiceProvider),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default).Unwrap();
            }
        }
    }

    private static async Task<CachedJson> MakeAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return new CachedJson(json.ToArray(), "application/json;charset=utf-8", isTagged: true);
    }

    /// <summary>Describes the types whose JSON is written by converters, which the document knows nothing of.</summary>
    private static Task DescribeSchemaAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(RawJson) || type == typeof(RawJson?))
        {
            schema.Type = type == typeof(RawJson) ? JsonSchemaType.Object : JsonSchemaType.Object | JsonSchemaType.Null;
        }
        else if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Examples = [JsonValue.Create("2025-01-31T08:00:00.000Z")];
        }

        return Task.CompletedTask;
    }

    private static Task RequireBearerAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        }

        return Task.CompletedTask;
    }

    private static Task DescribeDocumentAsync(
        Microsoft.OpenApi.OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Fayo.Calls",
            Version = "v1",
            Description = "Rings people and lets them into a media channel. Clients are told of calls over the SignalR hub /ws/calls.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "HS256, RS256 or ES256. The user is the claim 'sub', else 'id'; the role is 'role'.",
            },
        };
        return Task.CompletedTask;
    }
}
