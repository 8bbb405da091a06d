using Fayo.Calls.Storage.Database;

namespace Fayo.Calls.Tests.Storage;

/// <summary>The probe calls a database unreachable that does not answer within a second; here it is asked again.</summary>
public static class PatientProbe
{
    private const int MaxAttempts = 10;

    extension(IDatabaseProbe probe)
    {
        /// <summary>What it says of a database that can be reached, also on a machine that stands still for some seconds.</summary>
        public async Task<DatabaseState> CheckPatientlyAsync()
        {
            for (var attempt = 1; ; attempt++)
            {
                var state = await probe.CheckAsync(CancellationToken.None);
                if (state != DatabaseState.Unreachable || attempt == MaxAttempts)
                {
                    return state;
                }
            }
        }
    }
}
