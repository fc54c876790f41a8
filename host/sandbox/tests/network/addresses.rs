//! Which addresses are reached: after DNS, on the address itself.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use countersign_sandbox::connection::config::{ClientAuthentication, RoleConfig, Scheme};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::{Lookup, Network, Options};
use countersign_sandbox::transport::{Transport, TransportFailureKind};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::stage::{
    Variables, answer, config, env, failure, load, open_connection, request, role, text, variables, wire,
};

/// Knows every name, at these addresses.
struct Names(Vec<IpAddr>);

impl Lookup for Names {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let addresses = self.0.clone();
        async move { Ok(addresses) }.boxed()
    }
}

fn network_with(addresses: &[&str]) -> Network {
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    Network::with(Options { lookup: Arc::new(Names(addresses)), ..Options::default() }).unwrap()
}

#[tokio::test]
async fn a_name_that_leads_to_loopback_is_denied_unless_allowed() {
    let mut server = wire(answer("200 OK", "", "hello")).await;
    let port = server.base_url.rsplit_once(':').unwrap().1;
    let network = Network::new().unwrap();

    let url = format!("https://localhost:{port}");
    let denied = load(config(RoleConfig::at(&url)), SchemeOffer::None, &Variables::default()).unwrap();
    let failure = failure(network.send(request(&denied, "GET", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
    let allowing = "a loopback address; to allow it add `allow-private-addresses: true` under `connections.test.roles.api`";
    assert!(failure.message.contains(allowing), "{}", failure.message);
    assert!(server.seen.try_recv().is_err());

    let allowed = open_connection(&format!("http://localhost:{port}"));
    assert_eq!(text(network.send(request(&allowed, "GET", "/")).await.unwrap()).await, "hello");
}

#[tokio::test]
async fn one_bad_address_among_good_ones_denies_the_name() {
    let table = [
        (&["93.184.216.34", "10.0.0.1"][..], "a private address"),
        (&["169.254.169.254"][..], "a cloud metadata address"),
        (&["64:ff9b::7f00:1"][..], "a loopback address"),
        (&["::ffff:192.168.0.1"][..], "a private address"),
        (&["2002:a00:1::"][..], "a private address"),
    ];
    for (addresses, words) in table {
        let config = config(RoleConfig::at("https://api.example.test"));
        let connection = load(config, SchemeOffer::None, &Variables::default()).unwrap();
        let failure = failure(network_with(addresses).send(request(&connection, "GET", "/")).await);
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (TransportFailureKind::Denied, false),
            "{addresses:?}"
        );
        assert!(failure.message.contains(words), "{addresses:?}: {}", failure.message);
    }
}

#[tokio::test]
async fn metadata_is_denied_even_where_private_addresses_are_allowed() {
    let connection = open_connection("http://metadata.example.test");
    let failure =
        failure(network_with(&["169.254.169.254"]).send(request(&connection, "GET", "/latest")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
    assert!(failure.message.contains("which no setting allows"), "{}", failure.message);
}

#[tokio::test]
async fn plain_http_does_not_leave_the_private_network() {
    let connection = open_connection("http://api.example.test");
    let failure = failure(network_with(&["93.184.216.34"]).send(request(&connection, "GET", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
    assert!(failure.message.contains("which plain `http` may not reach"), "{}", failure.message);
}

#[tokio::test]
async fn the_token_url_is_judged_like_any_other() {
    let scheme = Scheme::Oauth2ClientCredentials {
        token_url: "https://login.example.test/token".to_owned(),
        client_id: "client".to_owned(),
        client_secret: env("SECRET"),
        scopes: None,
        client_authentication: ClientAuthentication::Form,
    };
    let secrets = variables(&[("SECRET", "a-client-secret")]);
    let mut role = role("https://api.example.test", scheme);
    role.allow_private_addresses = false;
    let connection = load(config(role), SchemeOffer::Oauth2ClientCredentials(Vec::new()), &secrets).unwrap();
    let failure = failure(network_with(&["10.1.1.1"]).send(request(&connection, "GET", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
    assert!(
        failure.message.contains("`login.example.test` resolves to 10.1.1.1, a private address"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn a_name_nobody_knows_was_not_sent_to() {
    struct Nobody;
    impl Lookup for Nobody {
        fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            async { Err(io::Error::other("no such name")) }.boxed()
        }
    }
    let network = Network::with(Options { lookup: Arc::new(Nobody), ..Options::default() }).unwrap();
    let connection = open_connection("https://api.example.test");
    let failure = failure(network.send(request(&connection, "POST", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Connect, false));
    assert!(failure.message.contains("`api.example.test` cannot be found"), "{}", failure.message);
}
