using System.ComponentModel.DataAnnotations;
using Countersign.Channels.Facebook;
using Countersign.Channels.LinkedIn;
using Countersign.Channels.X;

namespace Countersign.Channels;

/// <summary>The organisation's apps on the networks that ask for one. Section "Networks" of the settings; checked at start.</summary>
public sealed class NetworksSettings : IValidatableObject
{
    public XSettings X { get; set; } = new();

    public FacebookSettings Facebook { get; set; } = new();

    public LinkedInSettings LinkedIn { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, app) in ((string, AppSettings)[])[(nameof(X), X), (nameof(Facebook), Facebook), (nameof(LinkedIn), LinkedIn)])
        {
            List<ValidationResult> found = [];
            Validator.TryValidateObject(app, new ValidationContext(app), found, validateAllProperties: true);
            foreach (var problem in found)
                yield return new ValidationResult($"Networks:{name}: {problem.ErrorMessage}", [name]);
        }
    }
}
