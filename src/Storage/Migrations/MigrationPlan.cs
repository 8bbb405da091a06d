using Fayo.Calls.Storage.Migrations.Legacy;

namespace Fayo.Calls.Storage.Migrations;

/// <summary>What <see cref="DatabaseMigrator.MigrateAsync"/> would do.</summary>
/// <param name="Migrations">The migrations that would be applied, in order, as number and name.</param>
/// <param name="LegacyCalls">The calls of FAYO's own call service that would be moved; empty where there are none.</param>
public sealed record MigrationPlan(IReadOnlyList<string> Migrations, IReadOnlyList<LegacyCallCount> LegacyCalls);
