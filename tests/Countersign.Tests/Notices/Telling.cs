using Countersign.Decisions;
using Countersign.Notices;
using Countersign.People;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Tests.Notices;

/// <summary>What the loop does about what waits for people, and what became of it.</summary>
internal static class Telling
{
    extension(AnInstallation here)
    {
        /// <summary>One turn of the loop.</summary>
        public async Task TellAsync()
        {
            await using var scope = here.Services.CreateAsyncScope();
            while (await scope.ServiceProvider.GetRequiredService<GiveNotices>().RunAsync(default))
            {
                // There may be more.
            }

            await scope.ServiceProvider.GetRequiredService<KeepStanding>().CompareAsync(default);
            await scope.ServiceProvider.GetRequiredService<KeepStanding>().EndAsync(default);
        }

        public Task<List<Notice>> NoticesAsync() => here.ReadAsync(db => db.Notices.AsNoTracking().OrderBy(notice => notice.At).ThenBy(notice => notice.Id).ToListAsync());

        /// <summary>Who was told of this kind, by first name.</summary>
        public async Task<string> ToldAsync(NoticeKind kind)
        {
            var names = await here.ReadAsync(db => db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name.Split(' ')[0]));
            return string.Join(' ', (await here.NoticesAsync()).Where(notice => notice.Kind == kind).Select(notice => names[notice.PersonId]).Order(StringComparer.Ordinal));
        }

        public Task<int> UnreadAsync(Actor reader) => here.UseAsync<NoticesReader, int>(notices => notices.CountUnreadAsync(reader, default));

        public Task<NoticeList> ListAsync(Actor reader, bool onlyNew = false) => here.UseAsync<NoticesReader, NoticeList>(notices => notices.ListAsync(reader, onlyNew, 1, default));
    }
}
