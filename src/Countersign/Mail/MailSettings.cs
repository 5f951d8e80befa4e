using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using Countersign.Storage;
using Microsoft.Extensions.Options;

namespace Countersign.Mail;

/// <summary>How mail leaves. Section "Mail" of the settings; checked at start. Without a host no mail is sent.</summary>
public sealed class MailSettings
{
    /// <summary>The server that takes our mail: "smtp.northgate.example". Null: none is sent.</summary>
    public string? Host { get; set; }

    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>Refuses to send where the server does not offer encryption (STARTTLS) with a certificate that is trusted here.</summary>
    public bool Encrypt { get; set; } = true;

    /// <summary>The address that mail comes from.</summary>
    public string? From { get; set; }

    /// <summary>Null where the server takes mail from this machine without a name.</summary>
    public string? UserName { get; set; }

    /// <summary>A file that holds the password and that its owner alone may read; relative to the data folder.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>How long the server may take for one mail.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When the daily statement goes out, by the organisation's clock.</summary>
    public TimeOnly StatementAt { get; set; } = new(7, 0);

    /// <summary>Whoever holds the Auditor role for every account gets the daily statement, besides the addresses that were added.</summary>
    public bool StatementsToAuditors { get; set; } = true;
}

/// <summary>The settings of mail as they were checked, read once at start.</summary>
public sealed class MailRoute
{
    /// <exception cref="InvalidOperationException">The settings do not fit each other; the message says how.</exception>
    public MailRoute(Installation installation, IOptions<MailSettings> settings)
    {
        Settings = settings.Value;
        if (!IsOpen)
            return;
        if (!MailAddress.TryCreate(Settings.From, out var from))
            throw new InvalidOperationException("Mail:From must be the address that mail comes from, such as trail@northgate.example.");
        From = from;
        if (string.IsNullOrEmpty(Settings.UserName) != string.IsNullOrEmpty(Settings.PasswordFile))
            throw new InvalidOperationException("Mail:UserName and Mail:PasswordFile belong together: give both or neither.");
        if (string.IsNullOrEmpty(Settings.PasswordFile))
            return;
        if (!Settings.Encrypt)
            throw new InvalidOperationException("A password is not sent in clear: leave Mail:Encrypt on, or take Mail:UserName and Mail:PasswordFile away.");
        var file = Path.GetFullPath(Settings.PasswordFile, installation.DataFolder);
        Password = File.Exists(file) ? SecretFile.Read(file) : throw new InvalidOperationException($"Mail:PasswordFile names {file}, which is not there.");
    }

    public MailSettings Settings { get; }

    /// <summary>False where no server is named: then nothing is sent, and nothing waits to be.</summary>
    public bool IsOpen => !string.IsNullOrWhiteSpace(Settings.Host);

    public MailAddress? From { get; }

    internal string? Password { get; }
}
