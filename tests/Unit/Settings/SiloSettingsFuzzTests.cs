using System.Globalization;
using System.Text;
using Fayo.Calls.Silo.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Settings;

/// <summary>
/// Random settings are either read, or refused with sentences that name them. Nothing else happens, and no secret is repeated.
/// </summary>
public class SiloSettingsFuzzTests
{
    private const string Secret = "hunter2-must-not-be-printed";
    private const int TriesPerSeed = 400;

    /// <summary>The start of a service is possible with these.</summary>
    private static readonly Dictionary<string, string?> Valid = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DATABASE_URL"] = "postgresql://fayo:pw@127.0.0.1:5432/fayo?schema=call",
        ["JWT_SECRET"] = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
        ["AGORA_APP_ID"] = "0123456789abcdef0123456789abcdea",
        ["AGORA_APP_CERTIFICATE"] = "fedcba9876543210fedcba987654321a",
    };

    /// <summary>Those whose values may hold a secret, and are not repeated therefore.</summary>
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase)
    {
        "DATABASE_URL", "JWT_SECRET", "JWT_SECRET_PREVIOUS", "JWT_JWKS_URL", "JWT_AUTHORITY", "AGORA_APP_CERTIFICATE",
        "Calls:AuditSecret", "Calls:PreviousAuditSecret", "Calls:TurnSecret", "Calls:IceServers", "Calls:DemoWords", "Directory:Url",
        "Calls:Webhooks:0:Url", "Calls:Webhooks:0:Secret", "RABBITMQ_URL",
    };

    private static readonly string[] Texts =
    [
        "", " ", "\t\r\n", "0", "-1", "1", "+5", "007", "60.5", "1e3", "0x10", "2147483647", "2147483648",
        "99999999999999999999", "NaN", "١٢",
        "true", "False", "yes", "none", "null", "auto", "loopback", "localhost", "AdoNet", "Localhost", "Apply", "PeerToPeer", "Agora",
        "00:00:00", "00:00:01", "00:00:45", "00:45", "24:00:00", "1.00:00:00", "99999.23:59:59", "-00:00:05",
        "00:00:45.1234567", "00:00:60",
        "10675200.00:00:00", "PT45S", "45s",
        "a,b", "a,,b", "a,a", ",", ",,,", " , ", "ADMIN:*", "ADMIN:*,PATIENT:ADMIN|DOCTOR", "ADMIN:", ":", "*:*", "A:B:C",
        "127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "fe80::1%eth0", "1", "256.1.1.1", "10.0.0.0/8", "10.0.0.1/8",
        "10.0.0.0/33",
        "::/0", "::/129", "/", "10.0.0.0/8,none",
        "http://a", "https://a.example.com", "https://a.example.com/#x", "https://u:p@a.example.com", "http://", "https://[::1",
        "//a", "mailto:a",
        "capacitor://localhost", "https://a.example.com:99999", "https://*.example.com", "file:///etc/passwd",
        "stun:a", "turn:a?transport=udp", "stun:", "turn:[::1]:3478", "[]", "[null]", "[{}]", "[{\"urls\":[]}]", "[{\"urls\":[null]}]",
        "[{\"urls\":null}]", "[{\"urls\":7}]", "[{\"urls\":\"turn:a\",\"username\":\"\",\"credential\":null}]", "[[[[", "{",
        "[\"\\ud800\"]",
        "postgresql://", "postgresql:///", "postgresql://@/", "postgresql://h", "postgresql://u:p@h:0/d", "postgresql://u:p@h/d?schema=",
        "postgresql://u@h/d?%zz=%", "postgres://u:p@[::1]:5432/d", "postgresql://u:%00@h/d", "postgresql://u:p@h/d?host=&sslmode=x",
        "/", "/nowhere", "/dev/null", ".", "..", "~", "C:\\x", "/proc/self/mem", "a\0b", "\0", "\u202e\u200b\ufeff", "İıẞﬃ",
        "👩‍⚕️", "\ud800", "é", "e\u0301",
        "${x}", "$(id)", "{0}", "%s", "'; DROP TABLE call_sessions; --", "\"", "\\", "a b", "a=b", "a;b", "secret",
        "changeme-changeme-changeme",
        "0123456789abcdef0123456789abcdef",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_settings_are_read_or_refused_by_name(int seed)
    {
        var names = FindNames();
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var number = 0; number < TriesPerSeed; number++)
        {
            var settings = new Dictionary<string, string?>(Valid, StringComparer.OrdinalIgnoreCase);
            for (var count = random.Next(1, 7); count > 0; count--)
            {
                var name = ChooseName(random, names);
                var isKnown = names.Contains(name, StringComparer.OrdinalIgnoreCase);
                settings[name] = MakeValue(random, name, isSecret: Secrets.Contains(name) || !isKnown);
            }

            try
            {
                Assert.DoesNotContain(Secret, SiloSettings.Read(Make(settings)).ToString(), StringComparison.Ordinal);
                read++;
            }
            catch (InvalidSettingsException e)
            {
                AssertNamed(e, names, settings);
                refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"Seed {seed}, try {number} made {e.GetType().Name}: {Describe(settings)}\n{e}");
            }
        }

        Assert.True(read > 0 && refused > 0, $"{read} were read, {refused} refused: one of the outcomes was never tried.");
    }

    /// <summary>The names of all settings: those that are asked for when settings are read.</summary>
    private static List<string> FindNames()
    {
        var asked = new RecordingProvider(Valid);
        SiloSettings.Read(new ConfigurationRoot([asked]));
        return [.. asked.Names.Order(StringComparer.Ordinal)];
    }

    private static ConfigurationRoot Make(Dictionary<string, string?> settings) =>
        new ConfigurationRoot([new RecordingProvider(settings)]);

    private static void AssertNamed(InvalidSettingsException refusal, List<string> names, Dictionary<string, string?> settings)
    {
        Assert.NotEmpty(refusal.Problems);
        // Some are asked for only where others are set.
        var known = names.Concat(settings.Keys).Concat(Secrets).Select(name => name.Replace(":", "__", StringComparison.Ordinal)).ToList();
        Assert.All(refusal.Problems, problem =>
        {
            Assert.True(
                known.Exists(name => problem.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)),
                $"It names no setting: {problem}\n{Describe(settings)}");
            Assert.False(problem.Contains(Secret, StringComparison.Ordinal), $"It repeats a secret: {problem}\n{Describe(settings)}");
        });
        Assert.DoesNotContain(Secret, refusal.Message, StringComparison.Ordinal);
    }

    private static string ChooseName(Random random, List<string> names) => random.Next(6) switch
    {
        0 => MakeName(random, names),
        1 or 2 => Secrets.ElementAt(random.Next(Secrets.Count)),
        _ => names[random.Next(names.Count)],
    };

    /// <summary>A name that is almost one, or none at all.</summary>
    private static string MakeName(Random random, List<string> names)
    {
        var name = names[random.Next(names.Count)];
        return "Calls:" + random.Next(4) switch
        {
            0 => name.Replace("Calls:", "", StringComparison.Ordinal) + "s",
            1 => name[random.Next(name.Length)..],
            2 => string.Create(CultureInfo.InvariantCulture, $"{name}:{random.Next(3)}"),
            _ => MakeText(random),
        };
    }

    private static string MakeValue(Random random, string name, bool isSecret)
    {
        var text = MakeText(random);
        if (!isSecret)
        {
            return text;
        }

        if (name != "DATABASE_URL")
        {
            return random.Next(4) == 0 ? text : random.Next(2) == 0 ? Secret + text : text + Secret;
        }

        // People forget to escape their password, so it may hold anything.
        string[] parameters =
            ["schema", "host", "application_name", "options", "connect_timeout", "sslmode", "sslrootcert", "sslkey", text];
        return random.Next(3) switch
        {
            0 => $"postgresql://fayo:{Secret}{text}@127.0.0.1/fayo",
            1 => $"postgresql://fayo:{text}{Secret}@127.0.0.1:5432/fayo?{parameters[random.Next(parameters.Length)]}={text}",
            _ => text,
        };
    }

    private static string MakeText(Random random)
    {
        var text = Texts[random.Next(Texts.Length)];
        return random.Next(8) switch
        {
            0 => text + Texts[random.Next(Texts.Length)],
            1 => string.Join(',', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Texts[random.Next(Texts.Length)])),
            2 => string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(1, 0x3000))),
            3 when random.Next(8) == 0 => new StringBuilder().Insert(0, text, 5000 / Math.Max(1, text.Length)).ToString(),
            _ => text,
        };
    }

    private static string Describe(Dictionary<string, string?> settings) => string.Join(
        "; ",
        settings
            .Where(setting => !Valid.TryGetValue(setting.Key, out var usual) || usual != setting.Value)
            .Select(setting => $"{setting.Key}='{setting.Value}'"));

    /// <summary>Settings that note which of them are asked for.</summary>
    private sealed class RecordingProvider : ConfigurationProvider
    {
        public RecordingProvider(IDictionary<string, string?> settings) =>
            Data = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override bool TryGet(string key, out string? value)
        {
            Names.Add(key);
            return base.TryGet(key, out value);
        }
    }
}
