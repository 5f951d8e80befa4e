namespace Countersign.Channels;

/// <summary>What was seen that led to a verdict. Holds no token and no body.</summary>
/// <param name="Status">HTTP status, or null when none arrived.</param>
/// <param name="Code">The network's own error code.</param>
/// <param name="Note">One sentence a person can read.</param>
public sealed record Evidence(int? Status, string? Code, string Note);

/// <summary>What became of one network write. A connector throws only for programming errors; an exception is recorded as <see cref="Unknown"/>.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>How long the network wants nothing more from whatever it counts together with this account, from 0 to 24 h; null where its answer asked for no pause.</summary>
    public TimeSpan? PauseFor { get; init; }

    /// <summary>What was seen where it was not accepted; null where it was.</summary>
    public Evidence? Against => this switch
    {
        Rejected rejected => rejected.Evidence,
        NotSent notSent => notSent.Evidence,
        Unknown unknown => unknown.Evidence,
        _ => null,
    };

    /// <summary>The network confirmed with an identifier.</summary>
    public sealed record Accepted(RemoteRef Remote) : Outcome
    {
        /// <summary>In one sentence, how what stands differs from what was approved, where the answer already shows it (other readers, lost pictures, no reply); null where it does not.</summary>
        public string? Differs { get; init; }
    }

    /// <summary>The network read it and said no. Never sent again by itself.</summary>
    public sealed record Rejected(RejectKind Kind, Evidence Evidence) : Outcome;

    /// <summary>Provably nothing was created. May be sent again, within bounds.</summary>
    /// <param name="RetryAfter">The network's own wish, from 0 to 24 h; null where it has none.</param>
    public sealed record NotSent(NotSentKind Kind, TimeSpan? RetryAfter, Evidence Evidence) : Outcome;

    /// <summary>Anything else. Looked up, then shown to a person; never sent again by itself.</summary>
    public sealed record Unknown(Evidence Evidence) : Outcome;
}

public enum RejectKind
{
    AuthExpired,
    AuthRevoked,
    PermissionMissing,
    AccountRestricted,
    TextTooLong,
    TextInvalid,
    MediaInvalid,
    AltInvalid,
    ContentPolicy,

    /// <summary>The post that is answered, quoted, shown again or edited is not there any more.</summary>
    TargetGone,
    VersionConflict,

    /// <summary>The network allowed it for a time, and that is over.</summary>
    WindowClosed,

    /// <summary>The network no longer speaks the version of its interface that this connector uses.</summary>
    ConnectorOutdated,

    /// <summary>This server does not offer it.</summary>
    NotOffered,
    Misconfigured,
}

public enum NotSentKind
{
    Unreachable,
    RateLimited,
    AuthNotRefreshed,
    MediaNotReady,
}

public abstract record PrepareOutcome
{
    private PrepareOutcome()
    {
    }

    public sealed record Ready(string? Prepared) : PrepareOutcome;

    /// <summary>Nothing was sent; <see cref="Outcome.NotSent"/> or <see cref="Outcome.Rejected"/>.</summary>
    public sealed record Stopped(Outcome Why) : PrepareOutcome;
}

public abstract record FindResult
{
    private FindResult()
    {
    }

    public sealed record Found(RemoteRef Remote) : FindResult;

    /// <param name="Conclusive">True when the network's answer proves absence (a read by key); still not before the settle time, because reads lag writes.</param>
    public sealed record NotFound(bool Conclusive) : FindResult;

    /// <summary>A post stands under our key with other words, or several could be it: a person decides.</summary>
    public sealed record Ambiguous(string Note) : FindResult;

    public sealed record Unavailable(Evidence Evidence) : FindResult;
}
