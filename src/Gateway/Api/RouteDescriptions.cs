using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Fayo.Calls.Gateway.Api;

/// <summary>Says in the OpenAPI document what the handlers of routes do not say by their types.</summary>
internal static class RouteDescriptions
{
    /// <summary>The route reads a JSON body.</summary>
    /// <remarks>
    /// Not by ASP.NET Core's own <c>Accepts</c>: routing would then answer another content type with 415, before
    /// <see cref="RequestBody"/> can say what is wrong.
    /// </remarks>
    public static RouteHandlerBuilder AcceptsJson<TBody>(this RouteHandlerBuilder route, bool isOptional)
        where TBody : notnull =>
        route.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(TBody), cancellationToken: cancellationToken);
            context.Document!.AddComponent(typeof(TBody).Name, schema);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !isOptional,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(typeof(TBody).Name, context.Document) },
                },
            };
        });

    /// <summary>The route reads an <see cref="IdempotencyKey"/>.</summary>
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

    /// <summary>The routes may answer with problem documents of these statuses.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder routes, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            routes.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), [ProblemResult.ContentType]));
        }

        return routes;
    }
}
