//! What each scheme adds to a request.

use countersign_sandbox::connection::config::Scheme;
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::{Transport, TransportFailureKind};

use crate::stage::{answer, config, env, failure, header, load, request, role, text, variables, wire};

#[tokio::test]
async fn each_fixed_scheme_adds_its_header_and_nothing_else() {
    let secrets = variables(&[("KEY", "Token the-secret")]);
    let table = [
        (Scheme::None, SchemeOffer::None, None),
        (
            Scheme::Header { name: "X-Api-Key".to_owned(), secret: env("KEY") },
            SchemeOffer::Header("x-api-key".to_owned()),
            Some(("x-api-key", "Token the-secret")),
        ),
        (
            Scheme::Basic { user: "Aladdin".to_owned(), password: env("KEY") },
            SchemeOffer::Basic,
            Some(("authorization", "Basic QWxhZGRpbjpUb2tlbiB0aGUtc2VjcmV0")),
        ),
        (
            Scheme::Verbatim { secret: env("KEY") },
            SchemeOffer::Verbatim,
            Some(("authorization", "Token the-secret")),
        ),
        (
            Scheme::Bearer { secret: env("KEY") },
            SchemeOffer::Bearer,
            Some(("authorization", "Bearer Token the-secret")),
        ),
    ];
    for (scheme, offered, expected) in table {
        let mut server = wire(answer("401 Unauthorized", "", "no")).await;
        let connection = load(config(role(&server.base_url, scheme)), offered, &secrets).unwrap();
        let incoming = Network::new().unwrap().send(request(&connection, "GET", "/")).await.unwrap();
        // A fixed credential does not get better by repeating.
        assert_eq!((incoming.status, text(incoming).await.as_str()), (401, "no"));
        let seen = server.seen.recv().await.unwrap();
        assert!(server.seen.try_recv().is_err());
        for name in ["authorization", "x-api-key"] {
            let expected: Vec<_> =
                expected.iter().filter(|(header, _)| *header == name).map(|(_, value)| *value).collect();
            assert_eq!(seen.values(name), expected, "{name}");
        }
    }
}

#[tokio::test]
async fn a_component_cannot_set_the_header_that_carries_the_secret() {
    let secrets = variables(&[("KEY", "the-secret")]);
    let scheme = Scheme::Header { name: "X-Api-Key".to_owned(), secret: env("KEY") };
    let offered = SchemeOffer::Header("x-api-key".to_owned());
    let connection = load(config(role("https://127.0.0.1:1", scheme)), offered, &secrets).unwrap();
    let mut outgoing = request(&connection, "GET", "/");
    outgoing.headers = vec![header("x-api-key", "mine")];
    let failure = failure(Network::new().unwrap().send(outgoing).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
}
