using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Web.Shared.Frame;

namespace Countersign.Web.Publishing;

/// <summary>A wish to move a post, as typed or as dropped.</summary>
/// <param name="Seen">The version that was on the screen; null where none was.</param>
/// <param name="Later">Which of two equal times is meant; null where nobody has chosen.</param>
/// <param name="Back">The calendar as it was looked at.</param>
public sealed record MoveForm(int? Seen, string Date, string Time, string Zone, bool? Later, string Back);

/// <summary>The form that changes a post's time, with what that does.</summary>
/// <param name="Outlook">What moving it there would do; null where nothing was chosen yet.</param>
public sealed record MoveModel(Guid Id, MoveForm Form, RescheduleOutlook Outlook, Refusal? Refusal)
{
    public ShellModel? Shell { get; init; }

    public IReadOnlyList<FreeTime> Suggestions { get; init; } = [];

    public bool AsksWhich => Refusal?.Code == Slots.WhichOne || Form.Later is not null;

    /// <summary>What has to be read and agreed to before it is moved.</summary>
    public bool HasNews => Outlook.Voids > 0 || Outlook.TakesItBack || Outlook.Warnings.Count > 0 || Outlook.Accounts.Count > 1;

    /// <summary>Codes after which the form is of no use.</summary>
    public bool IsOver => Refusal?.Code is "not-entitled" or "closed" or "on-its-way" or "version-changed";
}
