//! TLS: whom a role trusts, and what is said of everybody else.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_sandbox::connection::Connection;
use countersign_sandbox::connection::config::{RoleConfig, Scheme};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::{OutgoingBody, Piece, Transport, TransportFailureKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::stage::{
    Files, Variables, answer, config, env, failure, load, pattern, request, role, serve, text, variables,
};

/// An authority of our own, and its file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate for a name, expired or not.
    fn issue(&self, name: &str, not_after_year: i32) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(not_after_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// A server's side of TLS; `asks` for a client certificate of the authority.
fn server_config(authority: &Authority, name: &str, not_after_year: i32, asks: bool) -> ServerConfig {
    let (certificate, key) = authority.issue(name, not_after_year);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority.issuer.der().clone()).unwrap();
    let builder = match asks {
        true => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap(),
        ),
        false => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    builder.with_single_cert(vec![certificate.der().clone()], key).unwrap()
}

/// A TLS server with this certificate that answers everything alike.
async fn server(authority: &Authority, name: &str, not_after_year: i32, asks: bool) -> String {
    let acceptor = TlsAcceptor::from(Arc::new(server_config(authority, name, not_after_year, asks)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (notes, _kept) = mpsc::unbounded_channel();
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, answer("200 OK", "", "over tls"), notes).await;
            }
        }
    });
    format!("https://127.0.0.1:{port}")
}

fn connection(role: RoleConfig) -> Arc<Connection> {
    load(config(role), SchemeOffer::None, &Variables::default()).unwrap()
}

#[tokio::test]
async fn certificates_are_judged_and_the_fault_is_named() {
    let (ours, strangers) = (Authority::named("ours"), Authority::named("strangers"));
    let renewed = Authority::named("ours");
    let table = [
        (&ours, "127.0.0.1", 4000, None),
        (&ours, "127.0.0.1", 2001, Some("has expired")),
        (&ours, "other.example.test", 4000, Some("is for another name; check the address")),
        (
            &strangers,
            "127.0.0.1",
            4000,
            Some("is not trusted here; if it is your own, name its PEM file as `ca-file`"),
        ),
        (&renewed, "127.0.0.1", 4000, Some("is not signed by the authority of that name in `ca-file`")),
    ];
    for (authority, name, year, expected) in table {
        let url = server(authority, name, year, false).await;
        let connection = connection(RoleConfig { ca_file: Some(ours.file()), ..role(&url, Scheme::None) });
        let sent = Network::new().unwrap().send(request(&connection, "POST", "/")).await;
        match expected {
            None => assert_eq!(text(sent.unwrap()).await, "over tls"),
            Some(words) => {
                let failure = failure(sent);
                assert_eq!(
                    (failure.kind, failure.maybe_sent),
                    (TransportFailureKind::Tls, false),
                    "{}",
                    failure.message
                );
                assert!(failure.message.contains(words), "{}", failure.message);
                assert!(
                    failure.message.contains(&format!("`{}`", &url["https://".len()..])),
                    "{}",
                    failure.message
                );
            }
        }
    }
}

#[tokio::test]
async fn without_a_ca_file_only_public_authorities_count() {
    let authority = Authority::named("ours");
    let url = server(&authority, "127.0.0.1", 4000, false).await;
    let strict = connection(role(&url, Scheme::None));
    let failure = failure(Network::new().unwrap().send(request(&strict, "GET", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Tls, false));

    let lax = connection(RoleConfig { insecure_skip_tls_verification: true, ..role(&url, Scheme::None) });
    assert!(lax.warnings[0].contains("ACCEPTS ANY CERTIFICATE"), "{:?}", lax.warnings);
    assert_eq!(
        text(Network::new().unwrap().send(request(&lax, "GET", "/")).await.unwrap()).await,
        "over tls"
    );
}

#[tokio::test]
async fn a_client_certificate_proves_who_we_are() {
    let (ours, strangers) = (Authority::named("ours"), Authority::named("strangers"));
    let renewed = Authority::named("ours");
    let url = server(&ours, "127.0.0.1", 4000, true).await;
    let identity = |authority: &Authority| {
        let (certificate, key) = authority.issue("client.example.test", 4000);
        certificate.pem() + &key.serialize_pem()
    };
    for (identity, accepted) in
        [(identity(&ours), true), (identity(&strangers), false), (identity(&renewed), false)]
    {
        let secrets = variables(&[("IDENTITY", &identity)]);
        let role = RoleConfig {
            ca_file: Some(ours.file()),
            ..role(&url, Scheme::Mtls { identity: env("IDENTITY") })
        };
        let connection = load(config(role), SchemeOffer::Mtls, &secrets).unwrap();
        let sent = Network::new().unwrap().send(request(&connection, "POST", "/")).await;
        if accepted {
            assert_eq!(text(sent.unwrap()).await, "over tls");
            continue;
        }
        let failure = failure(sent);
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (TransportFailureKind::Tls, false),
            "{}",
            failure.message
        );
        assert!(failure.message.contains("does not accept our client certificate"), "{}", failure.message);
    }
}

#[test]
fn wrong_identities_and_authorities_are_explained_when_loading() {
    let authority = Authority::named("ours");
    let (certificate, key) = authority.issue("client.example.test", 4000);
    let other = KeyPair::generate().unwrap();
    let table = [
        (certificate.pem(), "holds no private key"),
        (key.serialize_pem(), "holds no certificate"),
        ("nonsense".to_owned(), "holds no certificate"),
        (certificate.pem() + &other.serialize_pem(), "check that certificate and key belong together"),
    ];
    for (identity, words) in table {
        let secrets = variables(&[("IDENTITY", &identity)]);
        let role = role("https://127.0.0.1:1", Scheme::Mtls { identity: env("IDENTITY") });
        let problems = load(config(role), SchemeOffer::Mtls, &secrets).unwrap_err().to_string();
        assert!(problems.contains("key `identity`") && problems.contains(words), "{problems}");
    }
    let key_file = authority.folder.path().join("key.pem");
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let role = RoleConfig { ca_file: Some(key_file), ..role("https://127.0.0.1:1", Scheme::None) };
    let problems = load(config(role), SchemeOffer::None, &Variables::default()).unwrap_err().to_string();
    assert!(
        problems.contains("key `ca-file`") && problems.contains("holds no `-----BEGIN CERTIFICATE-----`"),
        "{problems}"
    );
}

/// The streams of a TLS listener, for axum.
struct TlsListener(TcpListener, TlsAcceptor);

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.0.accept().await.unwrap();
            if let Ok(stream) = self.1.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[tokio::test]
async fn http_2_is_spoken_with_those_who_speak_it() {
    let authority = Authority::named("ours");
    let mut tls = server_config(&authority, "127.0.0.1", 4000, false);
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let echo = |request: axum::extract::Request| async move {
        let version = request.version();
        let length = request.headers()["content-length"].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
        format!("{version:?} {length} {}", body == pattern(300_000))
    };
    let app = axum::Router::new().fallback(echo);
    tokio::spawn(
        async move { axum::serve(TlsListener(listener, TlsAcceptor::from(Arc::new(tls))), app).await },
    );

    let connection = connection(RoleConfig { ca_file: Some(authority.file()), ..role(&url, Scheme::None) });
    let files = Arc::new(Files::default());
    let mut outgoing = request(&connection, "POST", "/");
    outgoing.body = OutgoingBody::Pieces(vec![Piece::Attachment(files.add("contract.pdf", 300_000))]);
    outgoing.attachments = files;
    let incoming = Network::new().unwrap().send(outgoing).await.unwrap();
    assert_eq!(text(incoming).await, "HTTP/2.0 300000 true");
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_a_tls_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let garbage = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        std::future::pending::<()>().await;
    });
    let failure = failure(
        Network::new().unwrap().send(request(&connection(role(&garbage, Scheme::None)), "GET", "/")).await,
    );
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Tls, false), "{}", failure.message);
    assert!(failure.message.contains("check that the port speaks TLS"), "{}", failure.message);
}
