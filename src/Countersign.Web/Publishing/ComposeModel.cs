using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Signing;
using Countersign.Web.Shared.Words;

namespace Countersign.Web.Publishing;

/// <summary>The compose page.</summary>
/// <param name="Saved">Null before the first save.</param>
public sealed record ComposeModel(ShellModel Shell, Guid Id, ComposeForm Form, Draft? Saved, ComposeCheck Check)
{
    public IReadOnlyList<AccountChoice> Accounts { get; init; } = [];

    /// <summary>False where the reader writes for no account at all.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>False where no network of the reader's accounts can be asked for posts of others.</summary>
    public bool MayFind { get; init; }

    public Refusal? Refusal { get; init; }

    /// <summary>When words were kept that are not saved; null where the form shows what is saved.</summary>
    public string? UnsavedFrom { get; init; }

    /// <summary>The page came again because of something the writer did on it: what is unsaved is no news.</summary>
    public bool IsGoingOn { get; init; }

    /// <summary>Who saved the version that the form does not know of.</summary>
    public string? OvertakenBy { get; init; }

    public string? SavedAt { get; init; }

    /// <summary>What was done to the form a moment ago, in a sentence.</summary>
    public string? Done { get; init; }

    /// <summary>Why no card could be read.</summary>
    public string? CardProblem { get; init; }

    public WhoWrites Who { get; init; } = WhoWrites.Nobody;

    /// <summary>Campaigns that a post can join.</summary>
    public IReadOnlyList<CampaignView> Campaigns { get; init; } = [];

    public CampaignView? Campaign => Campaigns.FirstOrDefault(view => view.Campaign.Id == Form.Campaign);

    /// <summary>The words of the version that this form was opened on; null where there was none.</summary>
    public string? Base { get; init; }

    /// <summary>Both changes in one text; null where a person has to choose.</summary>
    public string? Merged => IsOvertaken && Base is not null ? ThreeWayMerge.Of(Base, Form.Text, Saved!.Text) : null;

    /// <summary>What differs besides the words: "They chose other accounts."</summary>
    public IReadOnlyList<string> OtherDifferences =>
        Saved is null ? [] :
        [
            .. Form.Accounts.ToHashSet().SetEquals(Saved.AccountIds) ? [] : (string[])["The accounts differ: yours are ticked below."],
            .. Form.Pictures.Select(picture => picture.Sha256).SequenceEqual(Saved.Pictures.Select(picture => picture.Sha256)) ? [] : (string[])["The pictures differ: yours are below."],
            .. Form.AtTime == (Saved.Slot is not null) && (!Form.AtTime || Saved.Slot!.Local == $"{Form.Date}T{Form.Time}") ? [] : (string[])["The times differ: yours is below."],
        ];

    public DateOnly Today { get; init; }

    /// <summary>What is known of each picture of the form, by its hash.</summary>
    public IReadOnlyDictionary<string, PictureOnForm> Pictures { get; init; } = new Dictionary<string, PictureOnForm>();

    public IReadOnlyList<RemarkView> Remarks { get; init; } = [];

    /// <summary>Somebody saved a version while this one was written.</summary>
    public bool IsOvertaken => Saved is { } saved && saved.Version != Form.Seen;

    /// <summary>The refusal, where it belongs to one of these fields.</summary>
    public string? ErrorOf(params ReadOnlySpan<string> codes) => Refusal is { } refusal && codes.Contains(refusal.Code) ? refusal.Sentence : null;
}

/// <summary>What is known of the words as they stand in the form; the part of the page that follows the typing.</summary>
public sealed record ComposeCheck(Guid Id, string Text, FindingViews Findings, SlipView Slip, IReadOnlyList<AccountPreview> Previews)
{
    /// <summary>Of the policy; null where nothing was checked.</summary>
    public int? Release { get; init; }

    public double Milliseconds { get; init; }

    /// <summary>Rules that cannot fire here.</summary>
    public IReadOnlyList<string> NotJudged { get; init; } = [];

    /// <summary>Why nothing was checked.</summary>
    public string? NotChecked { get; init; }

    /// <summary>What the chosen time means, or what is wrong with it.</summary>
    public SlotNote? Slot { get; init; }

    /// <summary>What keeps pictures from being shown when it goes out, and what else there is to know of them.</summary>
    public IReadOnlyList<PictureNote> Pictures { get; init; } = [];

    /// <summary>Chosen accounts that a lock stops: "Northgate on Bluesky".</summary>
    public IReadOnlyList<string> Locked { get; init; } = [];
}

/// <param name="Record">Of the library; null where it is not in there.</param>
public sealed record PictureOnForm(KeptPicture? Record, bool TellsPlace);

/// <param name="Number">Of the picture, from 1; 0 for the picture of the link preview.</param>
public sealed record PictureNote(int Number, string Sentence, bool Blocks);

public sealed record SlotNote(string Sentence, bool IsWrong = false);

public sealed record AccountPreview(Guid AccountId, string Network, string Tab, RenderView View);
