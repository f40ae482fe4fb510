//! Whose address a request comes from: the peer's, unless the peer is a proxy that the owner trusts.

use std::net::IpAddr;

use ipnet::IpNet;

/// The right-most address of `X-Forwarded-For` that is not trusted, if the peer is; else the peer's. What an
/// untrusted peer writes into the header changes nothing.
pub fn client(peer: IpAddr, forwarded_for: &[impl AsRef<str>], trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    let entries = forwarded_for.iter().rev().flat_map(|header| header.as_ref().rsplit(','));
    for entry in entries {
        if !is_trusted(client, trusted) {
            break;
        }
        match address(entry) {
            Some(ip) => client = ip.to_canonical(),
            // Whoever wrote this is not to be believed about what is to its left either.
            None => break,
        }
    }
    client
}

/// Whether an address is of a proxy that the owner trusts.
pub fn is_trusted(peer: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&peer.to_canonical()))
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let socket = || entry.parse().ok().map(|socket: std::net::SocketAddr| socket.ip());
    let bare = || entry.trim_start_matches('[').trim_end_matches(']').parse().ok();
    entry.parse().ok().or_else(socket).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "2001:db8:ffff::/48"].iter().map(|n| n.parse().unwrap()).collect();
        client(peer.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn a_forged_header_from_an_untrusted_peer_changes_nothing() {
        assert_eq!(client_of("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
    }

    #[test]
    fn behind_trusted_proxies_the_right_most_untrusted_address_counts() {
        assert_eq!(client_of("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.1.1.1"]), "198.51.100.1");
        assert_eq!(client_of("10.0.0.1", &["6.6.6.6", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client_of("::ffff:10.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client_of("10.0.0.1", &["6.6.6.6, nonsense"]), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
    }
}
