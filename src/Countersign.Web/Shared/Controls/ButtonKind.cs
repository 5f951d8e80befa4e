namespace Countersign.Web.Shared.Controls;

/// <summary>One Primary or Danger per screen; Danger stops something.</summary>
public enum ButtonKind
{
    Outlined,
    Primary,
    Danger,
    Quiet,
}
