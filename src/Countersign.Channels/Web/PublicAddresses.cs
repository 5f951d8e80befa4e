using System.Net;
using System.Net.Sockets;

namespace Countersign.Channels.Web;

/// <summary>Tells addresses of the open network from those of this machine, its neighbours and no use at all (IANA special-purpose registries).</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] closed =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(range => IPNetwork.Parse(range)),
    ];

    /// <summary>Global unicast is 2000::/3; what is set aside inside it.</summary>
    private static readonly IPNetwork global = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] closedGlobal = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(range => IPNetwork.Parse(range))];

    private static readonly IPNetwork translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool Holds(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !closed.Any(range => range.Contains(address));

        // An IPv4 address behind a translator is judged as what it is.
        if (translated.Contains(address))
            return Holds(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return global.Contains(address) && !closedGlobal.Any(range => range.Contains(address));
    }
}
