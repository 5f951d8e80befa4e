using Countersign.Tests.Shared;

namespace Countersign.Ledger.Tests;

/// <summary>An authority's word that a checkpoint existed at a time, made and checked by OpenSSL as well as by us.</summary>
public sealed class TimeStampTests
{
    private readonly SignedNote checkpoint = Ed25519NoteSigner.Create("log.example/acme").Sign(new Checkpoint("log.example/acme", 3, TreeHash.Empty));

    [Fact]
    public async Task A_time_stamp_of_an_authority_relied_on_verifies_here_and_in_OpenSSL()
    {
        using var authority = await ATimeStampAuthority.OpenAsync();
        var request = TimeStamp.Request(checkpoint);
        var answer = await authority.AnswerAsync(request);

        Assert.True(TimeStamp.TryTake(request, answer, checkpoint, authority.Roots, out var stamp, out var fault), fault);
        Assert.Equal("Time of Test", stamp.Authority);
        Assert.InRange(stamp.At, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.True(TimeStamp.TryVerify(stamp.Token, checkpoint.With(checkpoint.Signatures[0]), authority.Roots, out _, out _));
        Assert.True(await authority.OpenSslAgreesAsync(stamp.Token, checkpoint.Text));
        Assert.False(await authority.OpenSslAgreesAsync(stamp.Token, checkpoint.Text.Replace("\n3\n", "\n4\n", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_time_stamp_of_another_checkpoint_or_authority_is_worth_nothing()
    {
        using var authority = await ATimeStampAuthority.OpenAsync();
        using var stranger = await ATimeStampAuthority.OpenAsync();
        var request = TimeStamp.Request(checkpoint);
        var answer = await authority.AnswerAsync(request);
        Assert.True(TimeStamp.TryTake(request, answer, checkpoint, authority.Roots, out var stamp, out _));
        var other = SignedNote.Of(checkpoint.Text.Replace("\n3\n", "\n4\n", StringComparison.Ordinal), checkpoint.Signatures);

        Assert.False(TimeStamp.TryTake(TimeStamp.Request(checkpoint), answer, checkpoint, authority.Roots, out _, out var fault));
        Assert.StartsWith("was refused or is not an answer to what was asked", fault, StringComparison.Ordinal);
        Assert.False(TimeStamp.TryVerify(stamp.Token, other, authority.Roots, out _, out fault));
        Assert.Equal("is of something else than this checkpoint", fault);
        Assert.False(TimeStamp.TryVerify(stamp.Token, checkpoint, stranger.Roots, out _, out fault));
        Assert.Equal("is signed by an authority that none of the certificates you gave vouches for at that time", fault);
        Assert.False(TimeStamp.TryVerify(stamp.Token, checkpoint, [], out _, out _));
        Assert.False(TimeStamp.TryVerify(Array.Empty<byte>(), checkpoint, authority.Roots, out _, out _));
        Assert.False(TimeStamp.TryVerify(new byte[TimeStamp.LargestToken + 1], checkpoint, authority.Roots, out _, out fault));
        Assert.Equal("is not a time stamp", fault);
    }

    [Fact]
    public async Task A_flipped_bit_in_a_time_stamp_makes_it_false_or_changes_nothing_it_says()
    {
        using var authority = await ATimeStampAuthority.OpenAsync();
        var request = TimeStamp.Request(checkpoint);
        Assert.True(TimeStamp.TryTake(request, await authority.AnswerAsync(request), checkpoint, authority.Roots, out var stamp, out _));
        var random = new Random(3161);
        for (var time = 0; time < 300; time++)
        {
            var flipped = stamp.Token.ToArray();
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            // Certificates in a token are not signed by it: a flipped bit in one that is not needed leaves the stamp as it was.
            if (TimeStamp.TryVerify(flipped, checkpoint, authority.Roots, out var still, out _))
                Assert.Equal(stamp.At, still.At);
        }
    }
}
