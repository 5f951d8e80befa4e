namespace Countersign.Publishing.Thumbnails;

/// <summary>The compressed data of a scan, bit by bit.</summary>
internal sealed class JpegBits(byte[] from, int begin)
{
    /// <summary>Noughts that are read past the end of a scan before it counts as broken off: a last code may reach into them.</summary>
    private const int MostPadding = 8;

    private int at = begin;
    private ulong held;
    private int count;
    private int padding;

    /// <param name="table">For every sixteen bits: the length of the code they begin with in the upper byte, what it says in the lower.</param>
    public int Code(ushort[] table)
    {
        while (count < 16)
            Fill();
        var entry = table.Length == 0 ? 0 : table[(int)(held >> (count - 16)) & 0xFFFF];
        if (entry == 0)
            throw new InvalidDataException("That is no code.");
        count -= entry >> 8;
        return entry & 0xFF;
    }

    public int Take(int size)
    {
        while (count < size)
            Fill();
        count -= size;
        return (int)(held >> count) & ((1 << size) - 1);
    }

    /// <param name="size">Bits of the number; its first one tells its sign.</param>
    public int Signed(int size)
    {
        if (size is 0 or > 15)
            return size == 0 ? 0 : throw new InvalidDataException("That number is too large.");
        var value = Take(size);
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }

    /// <summary>Goes on after the next marker, which says no more than that.</summary>
    public void Restart()
    {
        (held, count, padding) = (0, 0, 0);
        at = NextMarker(restarts: true);
        if (at + 1 >= from.Length || from[at + 1] is < 0xD0 or > 0xD7)
            throw new InvalidDataException("A restart was expected.");
        at += 2;
    }

    /// <summary>A marker is 0xFF and neither nought (a stuffed byte) nor, unless they are looked for, a restart.</summary>
    public int NextMarker(bool restarts = false)
    {
        while (at + 1 < from.Length && !(from[at] == 0xFF && from[at + 1] is not (0 or 0xFF) && (restarts || from[at + 1] is < 0xD0 or > 0xD7)))
            at++;
        return at;
    }

    private void Fill()
    {
        byte next = 0;
        if (at < from.Length && from[at] != 0xFF)
            next = from[at++];
        else if (at + 1 < from.Length && from[at + 1] == 0)
            (next, at) = (0xFF, at + 2);
        else if (++padding > MostPadding)
            throw new InvalidDataException("The picture breaks off.");
        (held, count) = ((held << 8) | next, count + 8);
    }
}
