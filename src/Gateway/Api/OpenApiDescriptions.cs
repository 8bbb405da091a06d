using System.Text.Json.Nodes;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Describes the routes in an OpenAPI document.</summary>
internal static class OpenApiDescriptions
{
    private const string Bearer = "bearer";

    /// <summary>Adds the document <c>v1</c>.</summary>
    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, GatewayJson.Instance));
        return services.AddOpenApi("v1", options =>
        {
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Describe(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
                {
                    return Task.CompletedTask;
                }

                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
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
                        Description = "HS256. The user is the claim 'sub', else 'id'; the role is 'role'.",
                    },
                };
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>What the route is for.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary, string description) =>
        route.WithName(name).WithSummary(summary).WithDescription(description);

    /// <summary>What the route takes.</summary>
    /// <remarks>
    /// Bodies are read by hand, so that the document has to be told; not through <c>Accepts</c>, which would have routing
    /// answer a wrong content type with 415 before the body's reader can say what is wrong.
    /// </remarks>
    public static RouteHandlerBuilder AcceptsJson<TBody>(this RouteHandlerBuilder route, bool isOptional)
        where TBody : notnull =>
        route.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
        {
            context.Document!.AddComponent(typeof(TBody).Name, await context.GetOrCreateSchemaAsync(typeof(TBody), cancellationToken: cancellationToken));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !isOptional,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(typeof(TBody).Name, context.Document) },
                },
            };
        });

    /// <summary>That the route takes a <see cref="IdempotencyKey"/>.</summary>
    public static RouteHandlerBuilder AcceptsIdempotencyKey(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = IdempotencyKey.Header,
                In = ParameterLocation.Header,
                Description = "Of the client's own choice: with the same key the same user opens no second call.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyKey.MaxLength },
            });
            return Task.CompletedTask;
        });

    /// <summary>What the route answers with when all is well.</summary>
    public static RouteHandlerBuilder ProducesJson<TBody>(this RouteHandlerBuilder route, int status) =>
        route.Produces<TBody>(status, "application/json");

    /// <summary>With which statuses the route refuses, besides those that every route behind a token has.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<ProblemBody>(status, Problem.ContentType);
        }

        return route;
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        if (type == typeof(RawJson) || type == typeof(RawJson?))
        {
            schema.Type = type == typeof(RawJson) ? JsonSchemaType.Object : JsonSchemaType.Object | JsonSchemaType.Null;
        }
        else if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Examples = [JsonValue.Create("2025-01-31T08:00:00.000Z")];
        }
    }
}
