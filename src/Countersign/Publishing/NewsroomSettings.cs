using System.ComponentModel.DataAnnotations;
using Countersign.Channels.Shelf.Feeds;

namespace Countersign.Publishing;

/// <summary>How the newsroom tells of its news. Section "Newsroom" of the settings; checked at start.</summary>
public sealed class NewsroomSettings : IValidatableObject
{
    /// <summary>The hub that the newsroom's feeds name and that is told of each new post (WebSub). None: subscribers ask by themselves.</summary>
    public Uri? Hub { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hub is not null && !HubPing.MayBe(Hub))
            yield return new ValidationResult("Newsroom:Hub must be an https address.", [nameof(Hub)]);
    }
}
