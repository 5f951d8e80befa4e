using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Channels.Http;
using Countersign.Channels.Shelf;
using Countersign.Channels.Shelf.Feeds;
using Countersign.Channels.Web;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Inbox.Rules;
using Countersign.Jobs;
using Countersign.Mail;
using Countersign.Notices;
using Countersign.People;
using Countersign.Planning;
using Countersign.Policies;
using Countersign.Publishing;
using Countersign.Publishing.Replies;
using Countersign.Publishing.Thumbnails;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Countersign;

/// <summary>Registers the application: each module's slices in reading order.</summary>
public static class Modules
{
    public static IServiceCollection AddCountersign(this IServiceCollection services, Installation installation, IConfiguration configuration)
    {
        services.TryAddSingleton(installation.Database == DatabaseKind.Postgres ? new DatabaseClock(TimeProvider.System) : TimeProvider.System);
        services.AddStorage(installation, configuration);
        services.AddOptions<WitnessSettings>().Bind(configuration.GetSection("Witnesses")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MailSettings>().Bind(configuration.GetSection("Mail")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MailRoute>().AddScoped<SendMail>();
        services.AddPeople();
        services.AddScoped<PolicyInForce>().AddScoped<IssueRelease>().AddSingleton<LoadedReleases>();
        services.AddAccounts(configuration);
        services.AddScoped<PlanningReader>().AddScoped<SetPostingPlan>().AddScoped<PlaceBlackout>().AddScoped<LiftBlackout>().AddScoped<KeepExtraDays>();
        services.AddPublishing(configuration);
        services.AddStanding(configuration);
        services.AddInbox(configuration);
        services.AddScoped<NoticeBook>().AddScoped<GiveNotices>().AddScoped<KeepStanding>().AddScoped<NoticesReader>().AddScoped<ReadNotices>().AddScoped<ChooseNotices>().AddScoped<MailNotices>();
        services.AddScoped<AuditTrail>().AddScoped<AuditNames>().AddScoped<ProveEntry>().AddScoped<ServedLog>().AddScoped<ExportEvidence>().AddScoped<ErasureTargets>().AddScoped<EraseContent>().AddScoped<HoldContent>().AddScoped<TurnContentKey>().AddScoped<RotateKey>().AddScoped<RecoverLog>().AddScoped<ErasedContents>().AddSingleton<VerifiedLog>().AddSingleton<VerifiedState>();
        services.AddScoped<ChosenEntries>().AddScoped<AnsweredConversations>().AddScoped<AskWitnesses>().AddScoped<StampCheckpoint>().AddSingleton<Outside>().AddSingleton<OutsideStates>();
        services.AddScoped<ChooseRecipients>().AddScoped<SendStatement>();
        return services;
    }

    /// <summary>The networks of this installation.</summary>
    /// <param name="publicAddress">Where people reach this program; the newsroom's posts are below it.</param>
    public static IServiceCollection AddNetworks(this IServiceCollection services, Uri publicAddress)
    {
        services.AddSingleton(new PublicAddress(publicAddress));
        services.AddSingleton(provider => new SafeFetcher(provider.GetRequiredService<TimeProvider>())).AddSingleton<LinkCards>();
        services.AddSingleton(provider =>
        {
            var shelf = provider.GetRequiredService<IShelf>();
            var http = new HttpClient(Transport.NewHandler());
            return new Networks(Catalogue.Open(new ChannelParts(http, provider.GetRequiredService<TimeProvider>(), KeepIn(provider), shelf, new Uri(publicAddress, "newsroom/posts/"), shelf, new Uri(publicAddress, "sandbox/posts/"))
            {
                TakeTurn = TurnIn(provider),
                Settings = provider.GetRequiredService<IOptions<NetworksSettings>>().Value,
            }));
        });
        return services;
    }

    /// <summary>Connectors live as long as the process; what they ask to keep is kept in a unit of work of its own.</summary>
    private static SaveSecret KeepIn(IServiceProvider provider) => async (account, secret, stop) =>
    {
        await using var scope = provider.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RenewAccess>().RunAsync(Guid.Parse(account.Id), account.Secret, secret, stop);
    };

    private static TakeTurn TurnIn(IServiceProvider provider) => async (account, stop) =>
    {
        await using var scope = provider.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TakeRenewalTurn>().RunAsync(Guid.Parse(account.Id), account.Secret, stop);
    };

    /// <summary>What runs by itself: signing, delivering, hearing of other nodes. Left out where only a command runs.</summary>
    public static IServiceCollection AddCountersignJobs(this IServiceCollection services, Installation installation)
    {
        if (installation.Database == DatabaseKind.Postgres)
            services.AddHostedService<ClockLoop>();
        services.AddHostedService<SequencerLoop>().AddHostedService<DeliveryWorker>().AddHostedService<DeliveryWatch>().AddHostedService<WatchLoop>().AddHostedService<LogWatch>().AddHostedService<SearchLoop>().AddHostedService<OutsideLoop>().AddHostedService<MailLoop>().AddHostedService<HubLoop>().AddHostedService<FeedLoop>().AddHostedService<InboxLoop>().AddHostedService<NoticeLoop>();
        if (installation.Database == DatabaseKind.Postgres)
            services.AddHostedService<OtherNodes>();
        return services;
    }

    private static void AddStorage(this IServiceCollection services, Installation installation, IConfiguration configuration)
    {
        services.AddOptions<LedgerKeySettings>().Bind(configuration.GetSection("Ledger:Key")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LedgerGuardSettings>().Bind(configuration.GetSection("Ledger:Guard"));
        services.AddSingleton(installation).AddSingleton<CommitSignal>().AddSingleton<WriteTurn>().AddSingleton<SharedCommit>().AddSingleton<ContentKeys>().AddSingleton<DepartureGate>().AddSingleton<GrowingLog>().AddSingleton<LogGuard>().AddSingleton<LogAlarm>().AddSingleton<Acknowledged>();
        services.AddSingleton(provider => LedgerKey.OpenOrCreate(installation.DataFolder, installation.Origin, provider.GetRequiredService<IOptions<LedgerKeySettings>>().Value));
        services.AddSingleton(_ => WitnessKey.OpenOrCreate(installation.DataFolder, installation.Origin)).AddSingleton<WitnessPolicies>();
        services.AddDbContext<CountersignDb>(options => options.Use(installation));
        services.AddScoped<Migrator>().AddScoped<Sequencer>().AddScoped<SignedLog>().AddScoped<LogPlaces>().AddScoped<LogSearch>().AddScoped<WordSearch>().AddScoped<OutsideCopies>().AddScoped<WitnessBook>().AddScoped<StateCheck>().AddScoped<JobQueue>().AddScoped<TellNodes>().AddScoped<ErasedPages>();
        services.AddDataProtection().SetApplicationName("Countersign");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new KeyRing(provider.GetRequiredService<IServiceScopeFactory>(), installation)));
    }

    private static void AddPeople(this IServiceCollection services) => services
        .AddSingleton<IPasswordHasher<Person>, PasswordHasher<Person>>()
        .AddScoped<SignIn>().AddScoped<SignOut>().AddScoped<WhoActs>()
        .AddScoped<InvitePerson>().AddScoped<InviteAgain>().AddScoped<AcceptInvitation>().AddScoped<ChangeRoles>();

    private static void AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NetworksSettings>().Bind(configuration.GetSection("Networks")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Credentials>()
            .AddScoped<ILockedPeople, LockedPeople>()
            .AddScoped<OrderLockdown>().AddScoped<ProposeRelease>().AddScoped<ConfirmRelease>()
            .AddScoped<ConnectAccount>().AddScoped<AuthoriseAccount>().AddScoped<RenewAccess>().AddScoped<TakeRenewalTurn>().AddScoped<DisconnectAccount>().AddScoped<NameOwner>().AddScoped<SetUpOrganisation>().AddScoped<OpenSite>().AddScoped<WhoIsHere>()
            .AddSingleton<IShelf, DatabaseShelf>();
    }

    private static void AddInbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<InboxSettings>().Bind(configuration.GetSection("Inbox")).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<TriageMessage>().AddScoped<ReadTargets>().AddScoped<TakeInMessage>().AddScoped<CollectMessages>().AddScoped<RecheckMessages>().AddScoped<HandleConversation>().AddScoped<ReplyToMessage>().AddScoped<ReplyFromLibrary>().AddScoped<KeepConversations>().AddScoped<InboxReader>().AddScoped<ReadResponseTimes>().AddScoped<SearchInbox>().AddScoped<HandleMany>().AddScoped<RunRules>().AddScoped<TryRule>().AddScoped<KeepRules>();
        services.AddSingleton<FetchPage>(provider => provider.GetRequiredService<SafeFetcher>().GetAsync);
        services.AddScoped<FeedEntries>().AddScoped<FollowFeed>().AddScoped<LeaveFeed>().AddScoped<ReadFollowedFeed>().AddScoped<FeedsReader>().AddScoped<GatherDigest>();
    }

    private static void AddPublishing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DeliveryPulse>().AddSingleton<KnownAssessments>();
        services.AddOptions<DeliverySettings>().Bind(configuration.GetSection("Delivery")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<NewsroomSettings>().Bind(configuration.GetSection("Newsroom")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new HubPing(new HttpClient(Transport.NewHandler()), provider.GetRequiredService<TimeProvider>())).AddScoped<TellHub>();
        services.AddScoped<Renderings>().AddScoped<DraftScreening>().AddScoped<DraftReader>().AddScoped<PreviewDraft>().AddScoped<ChooseTarget>().AddScoped<FindPost>().AddSingleton<FoundPosts>().AddScoped<Repeats>().AddScoped<SplitIntoThread>().AddScoped<PlanReader>().AddScoped<NewsroomReader>()
            .AddScoped<ComposeDraft>().AddScoped<SendForApproval>().AddScoped<ApproveDraft>().AddScoped<MakePublications>().AddScoped<ReplyLibrary>().AddScoped<KeepReplies>().AddScoped<ClearReply>().AddScoped<ReturnDraft>().AddScoped<RefuseDraft>().AddScoped<WithdrawDraft>()
            .AddScoped<RescheduleDraft>().AddScoped<CheckImport>().AddScoped<ImportDrafts>().AddScoped<FindFreeTime>().AddScoped<PostsInBlackout>().AddScoped<SubscribeToCalendar>()
            .AddScoped<WhatWouldStop>().AddScoped<LocksInForce>().AddScoped<AccountsOverview>().AddScoped<DraftQueue>().AddScoped<ReviewDraft>().AddScoped<ReadToday>().AddScoped<AddPicture>().AddScoped<KeepPicture>().AddScoped<DescribePicture>().AddScoped<RetirePicture>().AddScoped<CleanPicture>().AddScoped<PictureRights>().AddScoped<LibraryReader>().AddSingleton<SmallPictures>().AddScoped<PlanCampaign>().AddScoped<CampaignReader>().AddScoped<WriteTogether>().AddScoped<ReadCard>().AddScoped<Door>().AddScoped<AccountLine>().AddScoped<HoldOverdue>().AddScoped<RetimeDrafts>().AddSingleton(NodaTime.DateTimeZoneProviders.Tzdb).AddScoped<WatchDeliveries>().AddScoped<WarmDeliveries>().AddScoped<DeliveryHealth>().AddScoped<MovePublication>().AddScoped<ResolvePublication>();
    }

    private static void AddStanding(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StandingSettings>().Bind(configuration.GetSection("Standing")).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<StandingScreening>().AddScoped<RecordStanding>().AddScoped<ReconcileAccount>().AddScoped<PostsAtRisk>().AddScoped<CheckAccount>().AddScoped<CountResponses>().AddScoped<WatchAccount>().AddScoped<ReviewStanding>()
            .AddScoped<AcceptIncident>().AddScoped<OrderTakeDown>().AddScoped<LinkIncident>().AddScoped<AskWithdrawal>().AddScoped<MoveTakeDown>().AddScoped<Incidents>().AddScoped<AccountsHealth>();
    }
}
