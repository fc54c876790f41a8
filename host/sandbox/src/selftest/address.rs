//! Where the name of an operator's role may lead: the addresses that a rebound name would try, put before its policy.
//!
//! No component can choose an address, and no name is resolved here. Not here: the policy (`network/policy.rs`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Line, Verdict};
use crate::connection::Role;
use crate::network::{AddressKind, address_kind};

const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

const ADDRESSES: [(&str, &str, IpAddr); 4] = [
    ("name-of-metadata", "The provider's name leads to the cloud's metadata address.", IpAddr::V4(METADATA)),
    (
        "name-of-mapped-metadata",
        "The provider's name leads to the metadata address, wrapped into IPv6.",
        IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0xa9fe, 0xa9fe)),
    ),
    (
        "name-of-this-machine",
        "The provider's name leads to the machine that the host runs on.",
        IpAddr::V4(Ipv4Addr::LOCALHOST),
    ),
    (
        "name-of-own-network",
        "The provider's name leads into the operator's own network.",
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
    ),
];

/// Asks the policy of a role about each; `allowing` is the line of the configuration that lets private ones through.
pub(super) fn lines(role: &Role, allowing: Option<&str>) -> Vec<Line> {
    let line = |(name, does, address): (&str, &str, IpAddr)| {
        let host = role.base_url.host_str().unwrap_or_default();
        let ([ended_by, result], verdict, words) = match (role.policy.check(host, address), allowing) {
            (Err(_), _) => (["refused", "denied"], Verdict::Held, Vec::new()),
            (Ok(()), Some(line)) if matches!(address_kind(address), AddressKind::Private(_)) => {
                (["allowed", "private"], Verdict::Weakened, vec![format!("allowed by `{line}`")])
            }
            (Ok(()), _) => (["allowed", "nobody allowed it"], Verdict::Broken, vec![format!("`{address}`")]),
        };
        Line {
            family: "address".to_owned(),
            name: name.to_owned(),
            does: does.to_owned(),
            ended_by: ended_by.to_owned(),
            result: result.to_owned(),
            verdict,
            words,
        }
    };
    ADDRESSES.into_iter().map(line).collect()
}
