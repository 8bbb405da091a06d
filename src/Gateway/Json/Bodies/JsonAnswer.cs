using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>
/// Answers a request with a body that writes itself. The answer is made as a whole and has a length, so that it goes to the socket at once:
/// without a length its end is sent by itself.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="body">The body.</param>
internal sealed class JsonAnswer(int status, IJsonBody body) : IResult
{
    private const string ContentType = "application/json; charset=utf-8";

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _spare;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = _spare ?? new ArrayBufferWriter<byte>(1024);
        _spare = null;
        Write(buffer);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = buffer.WrittenCount;
        var written = response.BodyWriter.WriteAsync(buffer.WrittenMemory);
        if (!written.IsCompletedSuccessfully)
        {
            // It may still be read from the buffer, which nobody else gets.
            return written.AsTask();
        }

        _spare = buffer;
        return Task.CompletedTask;
    }

    private void Write(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        var json = _writer ??= new Utf8JsonWriter(buffer, Options);
        json.Reset(buffer);
        body.WriteTo(json);
        json.Flush();
    }
}
