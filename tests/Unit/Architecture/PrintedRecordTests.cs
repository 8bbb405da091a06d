using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Fayo.Calls.Agora;
using Fayo.Calls.Events;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Push.Settings;
using Fayo.Calls.Storage.Database;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>
/// What a record prints ends in a log sooner or later: in a message, in an exception, in the text of a failed assertion. The compiler
/// makes records print all their members.
/// </summary>
public sealed class PrintedRecordTests
{
    private const string Marker = "this-must-not-be-printed";

    /// <summary>Members with these words in their names are filled with the marker.</summary>
    private static readonly string[] SecretWords =
    [
        "Metadata", "Token", "Credential", "Password", "Secret", "Certificate", "Payload", "FirstName", "LastName", "Phone",
        "Username", "InitiatorName", "Remark", "Ticket", "Word", "Subscription", "Endpoint", "P256dh", "Auth",
    ];

    private const BindingFlags Fields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Assemblies =
    [
        typeof(Caller).Assembly, typeof(AgoraProject).Assembly, typeof(CallOptions).Assembly, typeof(GatewaySettings).Assembly,
        typeof(DatabaseSettings).Assembly, typeof(PushSettings).Assembly, Assembly.Load("Fayo.Calls.Silo"), typeof(EventOptions).Assembly,
    ];

    public static TheoryData<Type> Records => [.. Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(IsRecord)];

    [Theory]
    [MemberData(nameof(Records))]
    public void No_record_prints_names_metadata_or_credentials(Type type)
    {
        var filled = Fill(type, depth: 0)!;

        var printed = filled.ToString()!;

        Assert.DoesNotContain(Marker, printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, new InvalidOperationException($"It fails with {filled}.").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_records_that_carry_secrets_are_among_those_that_are_looked_at()
    {
        Type[] expected = [typeof(CreateCall), typeof(CallSession), typeof(Credential), typeof(UserProfile), typeof(CallState)];

        Assert.All(expected, type => Assert.Contains(type, Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(IsRecord)));
        Assert.Contains(Marker, ((CallSession)Fill(typeof(CallSession), depth: 0)!).Metadata, StringComparison.Ordinal);
    }

    private static bool IsRecord(Type type) =>
        type is { IsAbstract: false, ContainsGenericParameters: false }
        && type.Namespace?.StartsWith("Fayo.", StringComparison.Ordinal) == true
        && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is not null;

    private static bool IsRequest(Type type) => type.Namespace?.EndsWith(".Requests", StringComparison.Ordinal) == true;

    /// <summary>An object of the type with every field set, and the marker wherever a secret belongs.</summary>
    private static object? Fill(Type type, int depth)
    {
        if (depth > 6)
        {
            return null;
        }

        var filled = RuntimeHelpers.GetUninitializedObject(type);
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(Fields))
            {
                // Where a client may say why, it is a remark in the client's own words; elsewhere a reason is one of the service's.
                var name = IsRequest(declaring) ? field.Name.Replace("Reason", "Remark", StringComparison.Ordinal) : field.Name;
                if (ValueOf(field.FieldType, name, depth) is { } value)
                {
                    field.SetValue(filled, value);
                }
            }
        }

        return filled;
    }

    private static object? ValueOf(Type type, string name, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Marker : "plain";
        }

        if (type == typeof(Uri))
        {
            return new Uri("https://plain/");
        }

        if (ElementOf(type) is { } element)
        {
            var items = Array.CreateInstance(element, 1);
            items.SetValue(ValueOf(element, name, depth + 1), 0);
            return type.IsInstanceOfType(items) ? items : null;
        }

        var isFilled = Assemblies.Contains(type.Assembly)
            && type is { IsEnum: false, IsInterface: false, IsAbstract: false, ContainsGenericParameters: false }
            && !typeof(Delegate).IsAssignableFrom(type);
        return isFilled ? Fill(type, depth + 1) : null;
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [var only] ? only
        : null;
}
