namespace Countersign.Channels.Facebook;

/// <summary>Section "Networks:Facebook".</summary>
public sealed class FacebookSettings() : AppSettings(new Uri("https://graph.facebook.com/"), new Uri("https://www.facebook.com/"));
