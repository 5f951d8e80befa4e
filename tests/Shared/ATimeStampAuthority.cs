using System.Security.Cryptography.X509Certificates;

namespace Countersign.Tests.Shared;

/// <summary>A time stamp authority of our own, run by OpenSSL in a folder that is thrown away.</summary>
internal sealed class ATimeStampAuthority : IDisposable
{
    private const string Configuration = """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = Time of Test
        [root]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign
        [stamp]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [tsa]
        default_tsa = here
        [here]
        serial = serial
        signer_cert = stamp.crt
        signer_key = stamp.key
        certs = root.crt
        signer_digest = sha256
        default_policy = 1.3.6.1.4.1.55738.1
        digests = sha256
        accuracy = secs:1
        ess_cert_id_alg = sha256
        ess_cert_id_chain = no

        """;

    private readonly string openssl;
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-tsa-").FullName;

    private ATimeStampAuthority(string openssl) => this.openssl = openssl;

    public X509Certificate2Collection Roots { get; } = [];

    public string RootFile => Of("root.crt");

    /// <summary>Skips the test where OpenSSL is not installed.</summary>
    public static async Task<ATimeStampAuthority> OpenAsync()
    {
        if (Installed.Find(["openssl"]) is not { } openssl)
        {
            Run.Lacks("OpenSSL is not installed: apt-get install openssl.");
            return null;
        }

        var authority = new ATimeStampAuthority(openssl);
        await File.WriteAllTextAsync(authority.Of("openssl.cnf"), Configuration, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(authority.Of("serial"), "01\n", TestContext.Current.CancellationToken);
        await authority.RunAsync("req", "-x509", "-config", "openssl.cnf", "-extensions", "root", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.crt", "-days", "30", "-subj", "/CN=Root of Test");
        await authority.RunAsync("req", "-new", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes", "-keyout", "stamp.key", "-out", "stamp.csr");
        await authority.RunAsync("x509", "-req", "-in", "stamp.csr", "-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "openssl.cnf", "-extensions", "stamp", "-days", "30", "-out", "stamp.crt");
        authority.Roots.Add(X509CertificateLoader.LoadCertificateFromFile(authority.RootFile));
        return authority;
    }

    /// <summary>What the authority answers.</summary>
    public async Task<byte[]> AnswerAsync(byte[] request)
    {
        await File.WriteAllBytesAsync(Of("request"), request, TestContext.Current.CancellationToken);
        await RunAsync("ts", "-reply", "-config", "openssl.cnf", "-queryfile", "request", "-out", "response");
        return await File.ReadAllBytesAsync(Of("response"), TestContext.Current.CancellationToken);
    }

    /// <summary>OpenSSL's own judgement of a token.</summary>
    public async Task<bool> OpenSslAgreesAsync(byte[] token, string text)
    {
        await File.WriteAllBytesAsync(Of("token"), token, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Of("text"), text, TestContext.Current.CancellationToken);
        try
        {
            return (await RunAsync("ts", "-verify", "-token_in", "-in", "token", "-data", "text", "-CAfile", "root.crt")).Contains("Verification: OK", StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Of(string file) => Path.Combine(folder, file);

    private Task<string> RunAsync(params string[] arguments) =>
        Installed.RunAsync("env", ["--chdir", folder, openssl, .. arguments], TestContext.Current.CancellationToken);
}
