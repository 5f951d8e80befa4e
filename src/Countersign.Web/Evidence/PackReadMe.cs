using System.Globalization;
using Countersign.Evidence;

namespace Countersign.Web.Evidence;

/// <summary>What a pack says of itself, for somebody who has never seen one.</summary>
internal static class PackReadMe
{
    /// <summary>DER before the 32 bytes of an Ed25519 public key (RFC 8410).</summary>
    private static readonly byte[] before = Convert.FromHexString("302a300506032b6570032100");

    /// <summary>The log's key as OpenSSL reads it.</summary>
    public static string Pem(string verifierKey) =>
        $"-----BEGIN PUBLIC KEY-----\n{Convert.ToBase64String([.. before, .. Convert.FromBase64String(verifierKey.Split('+', 3)[2]).AsSpan(1)])}\n-----END PUBLIC KEY-----\n";

    public static string Text(string origin, string verifierKey, EvidenceOrder order, long size, long chosen, bool hasWitnesses) => $"""
        Evidence from the audit trail of {origin}
        {Number(chosen)} entries were asked for. The whole trail, {Number(size)} entries numbered from 0, lies beside them, because only
        the whole of it proves that nothing was left out, changed or put in another order. manifest.json says when, for whom and
        on which question this was written, and holds the SHA-256 of every file; manifest.note is its signature by the log's key.

        What is here
          index.html      the entries asked for, to read and to print
          index.csv       the same for a spreadsheet, with each entry's leaf hash
          people.csv      {(order.WithWords ? "who the pseudonyms in the entries are. Personal data" : "left out on request")}
          entries/        {(order.Narrows ? "each entry asked for, and each of a thread/, byte for byte, with its proof (.tlog-proof) to hand on" : "not here: everything was asked for, and all of it is in log/")}
          items/          a folder for each post among them: record.json, versions/, evaluation/ (what the rules found, and the
                          route), approvals/ with remarks, life/ (publication and what came after), render/item.html to read and
                          to print, of an answer thread/ (the message it answers and the conversation around it, also what
                          was said later, each with its entry's number; thread.json lists them and what is not shown){(order.WithWords ? ", media/ (pictures, named by their SHA-256)" : "; words and pictures left out on request")}
          policy/         the rules that were in force while these entries were made
          withheld.csv    {(order.Withheld.Count > 0 ? "what was asked for and is not shown, and why" : "not here: nothing was withheld")}
          erased.csv      content that was destroyed: by whom, when, on which legal basis, and the entry that says so
          log/            the trail in the layout of C2SP tlog-tiles: entries, hashes, checkpoints with the cosignatures of
                          witnesses, time stamps, keys{(order.WithWords ? ", and in log/content the words behind the entries' commitments" : "")}. Do not add files to it:
                          a verifier names every file that does not belong there
          verifier/       the source of the program that verifies it. It uses nothing of Countersign's but this

        The key
          {verifierKey}
          Have the key from the people who run the log by another road than this folder, and compare: a key that comes with an
          export vouches for nothing.

        Write nothing into this folder: a file that does not belong to the pack is named as such. Copy what you build out of it.

        To verify it with the enclosed program (needs the .NET 10 SDK, and a network once, to build)
          cp -r verifier ../verifier
          dotnet run --project ../verifier/src/Countersign.Verify -- full . --key "{verifierKey}"
        or with a copy of countersign-verify you had before
          countersign-verify full . --key "{verifierKey}"
        The answer is 0 and a sentence if everything in log/ is as it was signed and every other file is the one that
        manifest.json names, and 1 if a single byte of it is not. Of log/ alone: full log.{(hasWitnesses ? "\nWith the witnesses you rely on: add --policy witness-policy.txt, after comparing that file with the one you were given." : "")}
        One entry, with its proof: countersign-verify prove log NUMBER --key KEY
        To see later that nothing was taken back: keep log/checkpoint, ask for a new export then, and
          countersign-verify extend KEPT-CHECKPOINT log --key KEY

        To verify it with Go (golang.org/x/mod, programs that we did not write)
          cp -r verifier/go ../verify-go && (cd ../verify-go && go mod init verify && go mod tidy && go build -o verify .)
          ../verify-go/verify log "{verifierKey}"
        It reads log/tile/entries, builds the tree with x/mod/sumdb/tlog, and opens log/checkpoint with x/mod/sumdb/note.

        To verify the signature with OpenSSL 3 alone (log-key.pem is the key above)
          head -n 3 log/checkpoint > ../text
          grep '^— {origin} ' log/checkpoint | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > ../signature
          openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in ../text -sigfile ../signature
        and that of all other files, each of which manifest.json names by its SHA-256
          head -n 3 manifest.note > ../text
          grep '^— {origin} ' manifest.note | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > ../signature
          openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in ../text -sigfile ../signature
          openssl dgst -sha256 -binary manifest.json | openssl base64       (the third line of manifest.note)
          sed -n 's/^    "\(.*\)": "\([0-9a-f]{@"\{64\}"}\)",*$/\2  \1/p' manifest.json | sha256sum --check --quiet
        The last says nothing where every file is as it was. A file that is not in manifest.json does not belong to the pack.
        And a time stamp, where there is one, with the authority's root certificate
          head -n 3 log/checkpoints/SIZE > ../text
          openssl ts -verify -token_in -in log/timestamps/SIZE.tst -data ../text -CAfile ROOT.pem

        What this shows: these entries are those that were signed, in this order, and nothing is missing between them. Words
        shown are those that the entries committed to.
        What it does not show: that what people typed was true, that nothing happened outside Countersign, or anything of
        entries that nobody outside had vouched for yet (see index.html: last anchored).

        """;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
