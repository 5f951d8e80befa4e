namespace Countersign.Channels.X;

/// <summary>Section "Networks:X".</summary>
public sealed class XSettings() : AppSettings(new Uri("https://api.x.com/"), new Uri("https://x.com/"));
