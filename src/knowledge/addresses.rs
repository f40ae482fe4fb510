//! Which network addresses a crawl may reach: public ones. An address that leads back into the owner's network (by
//! itself, or wrapped in IPv6) is refused unless the owner named its host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    /// This machine or its network: open to whoever asks for that very host.
    Private,
    /// Nobody's website: link-local with its metadata services, multicast, reserved, documentation.
    Special,
}

/// What a crawl may reach.
#[derive(Debug, Default)]
pub(super) struct Guard {
    /// The host and port that the owner typed, where that can mean nothing but this machine or its network: it may be
    /// private. A name says nothing of where it leads today.
    own: Option<(String, u16)>,
    /// Hosts that may have any address, at any port.
    allowed: Vec<String>,
}

impl Guard {
    pub(super) fn new(start: &Url, allowed: Vec<String>) -> Self {
        let allowed = allowed.into_iter().map(|host| bare(&host)).collect();
        let is_own = match start.host() {
            Some(Host::Domain(name)) => bare(name) == "localhost",
            host => host.is_some(),
        };
        let host = start.host_str().filter(|_| is_own).map(bare);
        Self { own: host.zip(start.port_or_known_default()), allowed }
    }

    /// Whether to connect to this address for this host.
    pub(super) fn admits(&self, host: &str, address: IpAddr) -> bool {
        let host = bare(host);
        match reach(address) {
            Reach::Public => true,
            Reach::Private => {
                self.allowed.contains(&host)
                    || self.own.as_ref().is_some_and(|(own, _)| *own == host)
            }
            Reach::Special => self.allowed.contains(&host),
        }
    }

    /// The part that needs no name to be looked up: http or https, no forbidden address written out, and of the owner's
    /// own host no other port.
    pub(super) fn admits_url(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_other_port = self.own.as_ref().is_some_and(|(own, port)| {
            *own == bare(host) && url.port_or_known_default() != Some(*port)
        });
        matches!(url.scheme(), "http" | "https")
            && !(is_other_port && !self.allowed.contains(&bare(host)) && !is_public(url))
            && match url.host() {
                Some(Host::Ipv4(address)) => self.admits(host, address.into()),
                Some(Host::Ipv6(address)) => self.admits(host, address.into()),
                Some(Host::Domain(_)) => true,
                None => false,
            }
    }
}

fn is_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => reach_v4(address) == Reach::Public,
        Some(Host::Ipv6(address)) => reach_v6(address) == Reach::Public,
        _ => false,
    }
}

/// A host without port, brackets, case or final dot.
fn bare(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address.to_owned(),
        None if host.matches(':').count() == 1 => {
            host.split(':').next().unwrap_or_default().to_owned()
        }
        None => host,
    };
    host.trim_end_matches('.').to_owned()
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// By the IANA registry of special-purpose IPv4 addresses.
fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Private,
        [0 | 224..=255, ..]
        | [100, 64..=127, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 31, 196, _]
        | [192, 52, 193, _]
        | [192, 88, 99, _]
        | [192, 175, 48, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Special,
        _ => Reach::Public,
    }
}

/// By the IANA registry of special-purpose IPv6 addresses; one that wraps an IPv4 address is as that one.
fn reach_v6(address: Ipv6Addr) -> Reach {
    let v4 =
        |high: u16, low: u16| reach_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match address.segments() {
        // IPv4-mapped, IPv4-translated, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private,
        // Cloud metadata, in a range that is else private.
        [0xfc00..=0xfdff, ..] if !matches!(address.segments(), [0xfd00, 0x0ec2, ..]) => {
            Reach::Private
        }
        // Global unicast, without Teredo, benchmarks, ORCHID and documentation.
        [0x2000..=0x3fff, ..]
            if !matches!(
                address.segments(),
                [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..]
            ) =>
        {
            Reach::Public
        }
        _ => Reach::Special,
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, Reach, reach};
    use url::Url;

    fn of(address: &str) -> Reach {
        reach(address.parse().expect("an address"))
    }

    #[test]
    fn knows_public_addresses() {
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
        ] {
            assert_eq!(of(address), Reach::Public, "{address}");
        }
    }

    #[test]
    fn knows_what_leads_back_inside() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "::ffff:0:10.0.0.1",
        ] {
            assert_eq!(of(address), Reach::Private, "{address}");
        }
        for address in [
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "198.18.0.1",
            "192.0.0.192",
            "::",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "2002:a9fe:a9fe::",
            "::7f00:1",
            "100::1",
            "3fff::1",
            "fec0::1",
        ] {
            assert_eq!(of(address), Reach::Special, "{address}");
        }
    }

    #[test]
    fn opens_a_private_host_only_to_who_named_it() {
        let start = Url::parse("http://LocalHost:8080/").expect("a URL");
        let guard = Guard::new(&start, vec!["[fe80::1]:80".into(), "meta.example:8080".into()]);
        let (loopback, metadata) = (([127, 0, 0, 1]).into(), ([169, 254, 169, 254]).into());
        assert!(guard.admits("localhost.", loopback));
        assert!(!guard.admits("evil.example", loopback));
        assert!(!guard.admits_url(&Url::parse("http://localhost:6379/").expect("a URL")));
        let typed = Url::parse("https://intranet.example/").expect("a URL");
        assert!(!Guard::new(&typed, Vec::new()).admits("intranet.example", loopback));
        assert!(
            Guard::new(&typed, vec!["intranet.example".into()])
                .admits("intranet.example", loopback)
        );
        assert!(!guard.admits("localhost", metadata));
        assert!(guard.admits("meta.example", metadata));
        assert!(guard.admits_url(&Url::parse("http://[fe80::1]/").expect("a URL")));
        for forbidden in [
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://[::ffff:7f00:1]/",
            "http://[::1]/",
            "http://0/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "http://169.254.169.254/latest",
        ] {
            assert!(!guard.admits_url(&Url::parse(forbidden).expect("a URL")), "{forbidden}");
        }
    }
}
