//! Which addresses a role may connect to, judged after DNS on the address itself.
//!
//! Not here: resolving names (`resolver.rs`) and what an operator may write (`connection/address.rs`).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::connection::config::RoleConfig;

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Anybody's, on the internet.
    Public,
    /// Somebody's own network or machine: denied unless the operator allows it.
    Private(&'static str),
    /// Never a provider: denied whatever the operator wrote.
    Never(&'static str),
}

/// The addresses one role of one connection may use.
#[derive(Debug, Clone)]
pub(crate) struct AddressPolicy {
    allow_private: bool,
    /// Where the line that allows private addresses belongs.
    place: String,
    /// Hosts spoken to without TLS: these must be private.
    private_hosts: Vec<String>,
    proxy_host: Option<String>,
}

/// An address that may not be used, and the line that would allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressDenied(String);

impl AddressPolicy {
    pub(crate) fn of(connection: &str, role: &str, config: &RoleConfig) -> Self {
        Self {
            allow_private: config.allow_private_addresses,
            place: format!("connections.{connection}.roles.{role}"),
            private_hosts: Vec::new(),
            proxy_host: None,
        }
    }

    /// This host is spoken to without TLS.
    pub(crate) fn keep_private(&mut self, host: &str) {
        self.private_hosts.push(host.to_owned());
    }

    /// The operator's proxy stands where it stands, usually on a private address.
    pub(crate) fn trust_proxy(&mut self, host: &str) {
        self.proxy_host = Some(host.to_owned());
    }

    /// Whether this host may be reached at this address.
    pub(crate) fn check(&self, host: &str, address: IpAddr) -> Result<(), AddressDenied> {
        if self.proxy_host.as_deref() == Some(host) {
            return Ok(());
        }
        let at = if host.trim_matches(['[', ']']) == address.to_string() {
            format!("`{host}` is")
        } else {
            format!("`{host}` resolves to {address},")
        };
        match address_kind(address) {
            AddressKind::Never(what) => Err(AddressDenied(format!("{at} {what}, which no setting allows"))),
            AddressKind::Private(what) if !self.allow_private => Err(AddressDenied(format!(
                "{at} {what}; to allow it add `allow-private-addresses: true` under `{}`",
                self.place
            ))),
            AddressKind::Public if self.private_hosts.iter().any(|private| private == host) => {
                Err(AddressDenied(format!(
                    "{at} a public address, which plain `http` may not reach; write `https`"
                )))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for AddressDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AddressDenied {}

/// What kind of address this is, looking through every way of wrapping IPv4 into IPv6.
#[must_use]
pub fn address_kind(address: IpAddr) -> AddressKind {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

/// IANA's special-purpose registry for IPv4 (RFC 6890 and its successors).
fn kind_v4(address: Ipv4Addr) -> AddressKind {
    match address.octets() {
        [169, 254, 169, 254] | [169, 254, 170, 2] | [100, 100, 100, 200] | [168, 63, 129, 16] => {
            AddressKind::Never("a cloud metadata address")
        }
        [0, ..] => AddressKind::Never("an unspecified address"),
        [10, ..] | [192, 168, ..] => AddressKind::Private("a private address"),
        [172, second, ..] if second & 0xf0 == 16 => AddressKind::Private("a private address"),
        [100, second, ..] if second & 0xc0 == 64 => AddressKind::Private("a carrier-grade NAT address"),
        [127, ..] => AddressKind::Private("a loopback address"),
        [169, 254, ..] => AddressKind::Private("a link-local address"),
        [198, 18 | 19, ..] => AddressKind::Private("a benchmarking address"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => {
            AddressKind::Never("a documentation address")
        }
        [192, 0, 0, _] | [192, 88, 99, _] => AddressKind::Never("a reserved address"),
        [224..=239, ..] => AddressKind::Never("a multicast address"),
        [240..=255, ..] => AddressKind::Never("a reserved address"),
        _ => AddressKind::Public,
    }
}

/// IANA's special-purpose registry for IPv6; only 2000::/3 is given out, so all else is private or reserved.
fn kind_v6(address: Ipv6Addr) -> AddressKind {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressKind::Never("an unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressKind::Private("a loopback address"),
        // Mapped (RFC 4291), compatible (deprecated), and NAT64 (RFC 6052) hold the IPv4 address at the end.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            kind_v4(embedded(high, low))
        }
        // RFC 8215: a network's own NAT64 prefix.
        [0x64, 0xff9b, 1, ..] => AddressKind::Private("a private translation address"),
        // 6to4 (RFC 3056) holds it behind the prefix.
        [0x2002, high, low, ..] => kind_v4(embedded(high, low)),
        [0x2001, 0, ..] => AddressKind::Never("a Teredo address"),
        [0x2001, 0xdb8, ..] => AddressKind::Never("a documentation address"),
        [0x3fff, second, ..] if second & 0xf000 == 0 => AddressKind::Never("a documentation address"),
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => AddressKind::Never("a cloud metadata address"),
        [first, ..] if first & 0xfe00 == 0xfc00 => AddressKind::Private("a unique local address"),
        [first, ..] if first & 0xffc0 == 0xfe80 => AddressKind::Private("a link-local address"),
        [first, ..] if first & 0xffc0 == 0xfec0 => AddressKind::Private("a site-local address"),
        [first, ..] if first & 0xff00 == 0xff00 => AddressKind::Never("a multicast address"),
        [first, ..] if first & 0xe000 == 0x2000 => AddressKind::Public,
        _ => AddressKind::Never("a reserved address"),
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_every_range() {
        let table = [
            ("93.184.216.34", "public"),
            ("1.1.1.1", "public"),
            ("10.1.2.3", "private"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("172.32.0.1", "public"),
            ("192.168.1.1", "private"),
            ("100.64.0.1", "private"),
            ("100.127.255.255", "private"),
            ("100.128.0.1", "public"),
            ("127.0.0.1", "private"),
            ("127.255.255.254", "private"),
            ("169.254.1.1", "private"),
            ("198.18.0.1", "private"),
            ("169.254.169.254", "never"),
            ("100.100.100.200", "never"),
            ("168.63.129.16", "never"),
            ("0.0.0.0", "never"),
            ("0.1.2.3", "never"),
            ("192.0.2.1", "never"),
            ("198.51.100.7", "never"),
            ("203.0.113.7", "never"),
            ("192.0.0.8", "never"),
            ("224.0.0.1", "never"),
            ("239.255.255.250", "never"),
            ("255.255.255.255", "never"),
            ("2606:4700::1111", "public"),
            ("::1", "private"),
            ("fe80::1", "private"),
            ("fec0::1", "private"),
            ("fc00::1", "private"),
            ("fd12:3456::1", "private"),
            ("fd00:ec2::254", "never"),
            ("::", "never"),
            ("ff02::1", "never"),
            ("2001:db8::1", "never"),
            ("3fff::1", "never"),
            ("2001::1", "never"),
            ("4000::1", "never"),
            ("100::1", "never"),
            ("::ffff:127.0.0.1", "private"),
            ("::ffff:169.254.169.254", "never"),
            ("::ffff:1.1.1.1", "public"),
            ("::10.0.0.1", "private"),
            ("64:ff9b::127.0.0.1", "private"),
            ("64:ff9b::a9fe:a9fe", "never"),
            ("64:ff9b::1.1.1.1", "public"),
            ("64:ff9b:1::1", "private"),
            ("2002:7f00:1::", "private"),
            ("2002:a9fe:a9fe::1", "never"),
            ("2002:101:101::1", "public"),
        ];
        for (address, expected) in table {
            let kind = match address_kind(address.parse().unwrap()) {
                AddressKind::Public => "public",
                AddressKind::Private(_) => "private",
                AddressKind::Never(_) => "never",
            };
            assert_eq!(kind, expected, "{address}");
        }
    }

    #[test]
    fn a_denial_prints_the_line_that_allows_it() {
        let mut config = RoleConfig::at("https://api.example.test");
        let check = |config: &RoleConfig, host: &str, address: &str| {
            AddressPolicy::of("autenti", "api", config).check(host, address.parse().unwrap())
        };
        let denied = check(&config, "api.example.test", "127.0.0.1").unwrap_err().to_string();
        assert_eq!(
            denied,
            "`api.example.test` resolves to 127.0.0.1, a loopback address; to allow it add \
             `allow-private-addresses: true` under `connections.autenti.roles.api`"
        );
        config.allow_private_addresses = true;
        assert_eq!(check(&config, "api.example.test", "127.0.0.1"), Ok(()));
        let never = check(&config, "169.254.169.254", "169.254.169.254").unwrap_err().to_string();
        assert_eq!(never, "`169.254.169.254` is a cloud metadata address, which no setting allows");
    }

    #[test]
    fn plain_http_reaches_private_addresses_alone() {
        let mut config = RoleConfig::at("http://simulator.test");
        config.allow_private_addresses = true;
        let mut policy = AddressPolicy::of("autenti", "api", &config);
        policy.keep_private("simulator.test");
        assert_eq!(policy.check("simulator.test", "10.0.0.1".parse().unwrap()), Ok(()));
        let denied = policy.check("simulator.test", "1.1.1.1".parse().unwrap()).unwrap_err();
        assert!(denied.to_string().contains("plain `http` may not reach"), "{denied}");
    }
}
