//! Checking and normalising the addresses an operator writes.
//!
//! Not here: which IP addresses a name may resolve to (`network/policy.rs`).

use url::{Host, Url};

use super::config::RoleConfig;
use super::problem::Findings;
use crate::network::policy::AddressPolicy;

/// The checked addresses of a role.
pub(crate) struct Addresses {
    pub(crate) base_url: Option<Url>,
    pub(crate) token_url: Option<Url>,
    pub(crate) proxy: Option<Url>,
}

/// Checks every address of a role and reports all that is wrong.
pub(crate) fn check(config: &RoleConfig, policy: &mut AddressPolicy, findings: &mut Findings) -> Addresses {
    let base_url = findings.keep("base-url", parse(&config.base_url)).and_then(|url| {
        let checked = no_query(&url).and_then(|()| reachable(&url, config, policy));
        findings.keep("base-url", checked).map(|()| normalise(url, findings))
    });
    let token_url = config.authentication.token_url().and_then(|text| {
        let checked = parse(text).and_then(|url| reachable(&url, config, policy).map(|()| url));
        findings.keep("token-url", checked)
    });
    let proxy = config.proxy.as_deref().and_then(|text| findings.keep("proxy", parse(text)));
    if let Some(host) = proxy.as_ref().and_then(Url::host_str) {
        policy.trust_proxy(host);
    }
    Addresses { base_url, token_url, proxy }
}

fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| {
        format!("`{text}` is not a URL ({error}); write it like `https://api.example.com/v2`")
    })?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("`{}` is not a scheme for this; write `https://…`", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL must not hold user or password; give them as a secret instead".to_owned());
    }
    if url.fragment().is_some() {
        return Err("a URL must not hold a fragment; remove what begins with `#`".to_owned());
    }
    Ok(url)
}

fn no_query(url: &Url) -> Result<(), String> {
    match url.query() {
        Some(_) => Err("a base URL must not hold a query; remove what begins with `?`".to_owned()),
        None => Ok(()),
    }
}

/// Plain HTTP would show credentials on the way: it is for private addresses the operator allowed, nothing else.
fn reachable(url: &Url, config: &RoleConfig, policy: &mut AddressPolicy) -> Result<(), String> {
    if url.scheme() == "http" {
        if !config.allow_private_addresses {
            return Err(
                "plain `http` would send credentials unprotected; write `https`, or, for a simulator on a \
                        private address, add `allow-private-addresses: true`"
                    .to_owned(),
            );
        }
        policy.keep_private(url.host_str().unwrap_or_default());
    }
    match url.host() {
        Some(Host::Ipv4(address)) => policy.check(url.host_str().unwrap_or_default(), address.into()),
        Some(Host::Ipv6(address)) => policy.check(url.host_str().unwrap_or_default(), address.into()),
        _ => Ok(()),
    }
    .map_err(|denied| denied.to_string())
}

/// Removes empty segments and a repeated beginning: pasted addresses end in `/`, or repeat the API's path
/// (`/restapi/restapi`, `/api/v2/api/v2`; pitfall P3).
fn normalise(mut url: Url, findings: &mut Findings) -> Url {
    let path = url.path().to_owned();
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let doubled = (1..=segments.len() / 2)
        .rev()
        .find(|&length| segments.get(..length) == segments.get(length..2 * length));
    if let Some(length) = doubled {
        segments.drain(..length);
        findings.warn(
            "base-url",
            &format!("the path `{path}` repeats itself; `/{}` is used", segments.join("/")),
        );
    }
    url.set_path(&segments.join("/"));
    url
}
