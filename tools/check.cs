// dotnet run tools/check.cs [-- --long --no-install --no-skip --only NAME]
//
// Installs what the checks need (Debian and Ubuntu), then: house rules, format, build, every test on SQLite and PostgreSQL.
// The last line reads "N passed, N failed, N skipped".
#:property PublishAot=false
#:project Countersign.Checks/Countersign.Checks.csproj
using Countersign.Checks;

return await CheckRun.RunAsync(args);
