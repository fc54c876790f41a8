//! What is seen on the wire, and how every fault of it is classified.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_sandbox::connection::config::{RoleConfig, Scheme};
use countersign_sandbox::connection::offer::SchemeOffer;
use countersign_sandbox::network::Network;
use countersign_sandbox::transport::{OutgoingBody, Piece, Transport, TransportFailureKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::stage::{
    Answer, Files, answer, bytes, config, env, failure, header, load, open_connection, pattern, request,
    role, text, variables, wire,
};

#[tokio::test]
async fn headers_keep_order_and_repetition() {
    let mut server =
        wire(answer("200 OK", "set-cookie: a=1\r\nX-Challenge: one\r\nset-cookie: b=2\r\n", "")).await;
    let connection = open_connection(&format!("{}/api/v2/", server.base_url));
    let mut outgoing = request(&connection, "POST", "/documents/FILE%3Aa%2Fb/actions");
    outgoing.query = vec![("page".to_owned(), "1".to_owned()), ("q".to_owned(), "a b".to_owned())];
    outgoing.headers = vec![
        header("x-assertion", "first"),
        header("content-type", "application/json"),
        header("x-assertion", "second"),
        header("x-name", "Zażółć"),
        header("accept-encoding", "gzip"),
    ];
    let incoming = Network::new().unwrap().send(outgoing).await.unwrap();

    let seen = server.seen.recv().await.unwrap();
    assert_eq!(
        seen.head.lines().next().unwrap(),
        "POST /api/v2/documents/FILE%3Aa%2Fb/actions?page=1&q=a%20b HTTP/1.1"
    );
    assert_eq!(seen.values("x-assertion"), ["first", "second"]);
    assert_eq!(seen.values("x-name"), ["Zażółć"]);
    assert_eq!(seen.values("content-length"), ["0"]);
    assert_eq!(seen.values("accept-encoding"), ["identity"]);
    assert_eq!(seen.values("host").len(), 1);
    assert_eq!(seen.values("authorization").len(), 0);
    let cookies: Vec<_> = incoming.headers.iter().filter(|header| header.name == "set-cookie").collect();
    assert_eq!(cookies, [&header("set-cookie", "a=1"), &header("set-cookie", "b=2")]);
    assert!(incoming.headers.contains(&header("x-challenge", "one")));
}

#[tokio::test]
async fn headers_of_the_host_are_denied_and_broken_ones_invalid() {
    let server = wire(answer("200 OK", "", "")).await;
    let connection = open_connection(&server.base_url);
    let network = Network::new().unwrap();
    let table = [
        ("Authorization", "Bearer mine", TransportFailureKind::Denied),
        ("host", "evil.test", TransportFailureKind::Denied),
        ("Content-Length", "3", TransportFailureKind::Denied),
        ("transfer-encoding", "chunked", TransportFailureKind::Denied),
        ("x-a", "b\r\nx-c: d", TransportFailureKind::Invalid),
        ("x a", "b", TransportFailureKind::Invalid),
    ];
    for (name, value, kind) in table {
        let mut outgoing = request(&connection, "GET", "/");
        outgoing.headers = vec![header(name, value)];
        let failure = failure(network.send(outgoing).await);
        assert_eq!((failure.kind, failure.maybe_sent), (kind, false), "{name}");
    }
}

#[tokio::test]
async fn pieces_and_attachments_are_streamed_with_their_exact_length() {
    let mut server = wire(answer("201 Created", "", "{}")).await;
    let connection = open_connection(&server.base_url);
    let files = Arc::new(Files::default());
    let size = 5 * 1024 * 1024 + 1;
    let pdf = files.add("contract.pdf", size);
    let mut outgoing = request(&connection, "POST", "/files");
    outgoing.attachments = Arc::clone(&files) as _;
    outgoing.body = OutgoingBody::Pieces(vec![
        Piece::Bytes(Bytes::from_static(b"--boundary\r\n\r\n")),
        Piece::Attachment(pdf.clone()),
        Piece::Bytes(Bytes::from_static(b"\r\n")),
        Piece::AttachmentBase64(pdf),
    ]);
    let incoming = Network::new().unwrap().send(outgoing).await.unwrap();
    assert_eq!(incoming.status, 201);

    let expected =
        [b"--boundary\r\n\r\n", &pattern(size)[..], b"\r\n", STANDARD.encode(pattern(size)).as_bytes()]
            .concat();
    let seen = server.seen.recv().await.unwrap();
    assert_eq!(seen.values("content-length"), [expected.len().to_string()]);
    assert_eq!(seen.values("transfer-encoding").len(), 0);
    assert!(seen.body == expected, "the body differs");
}

#[tokio::test]
async fn a_large_attachment_is_read_no_faster_than_it_is_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connection = open_connection(&format!("http://{}", listener.local_addr().unwrap()));
    let files = Arc::new(Files::default());
    let size = 512 * 1024 * 1024;
    let mut outgoing = request(&connection, "POST", "/files");
    outgoing.attachments = Arc::clone(&files) as _;
    outgoing.body = OutgoingBody::Pieces(vec![Piece::AttachmentBase64(files.add("large.pdf", size))]);
    let network = Network::new().unwrap();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut taken = vec![0; 1024 * 1024];
        stream.read_exact(&mut taken).await.unwrap();
        stream.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        stream
    };
    let (sent, _stream) = tokio::join!(network.send(outgoing), server);
    assert_eq!(sent.unwrap().status, 413);
    let handed_out = files.handed_out.load(Ordering::SeqCst);
    assert!(handed_out < size / 4, "{handed_out} bytes were read ahead");
}

#[tokio::test]
async fn an_attachment_that_is_gone_stops_the_request_before_it_is_sent() {
    let mut server = wire(answer("200 OK", "", "")).await;
    let connection = open_connection(&server.base_url);
    let info = Files::default().add("gone.pdf", 10);
    let mut outgoing = request(&connection, "POST", "/files");
    outgoing.body = OutgoingBody::Pieces(vec![Piece::Attachment(info)]);
    let failure = failure(Network::new().unwrap().send(outgoing).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Invalid, false));
    assert!(failure.message.contains("attachment `gone.pdf` cannot be read"), "{}", failure.message);
    assert!(server.seen.try_recv().is_err());
}

#[tokio::test]
async fn an_attachment_of_another_length_is_never_taken_for_whole() {
    for stored in [99_999_u64, 100_001] {
        let mut server = wire(answer("200 OK", "", "")).await;
        let connection = open_connection(&server.base_url);
        let files = Arc::new(Files::default());
        let mut info = files.add("changed.pdf", stored);
        info.size = 100_000;
        let mut outgoing = request(&connection, "POST", "/files");
        outgoing.attachments = files;
        outgoing.body = OutgoingBody::Pieces(vec![Piece::Attachment(info)]);
        let failure = failure(Network::new().unwrap().send(outgoing).await);
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (TransportFailureKind::Invalid, true),
            "{}",
            failure.message
        );
        assert!(failure.message.contains("attachment `changed.pdf`"), "{}", failure.message);
        assert!(server.seen.try_recv().is_err(), "the server read a whole request");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let mut elsewhere = wire(answer("200 OK", "", "")).await;
    let location = format!("location: {}/\r\n", elsewhere.base_url);
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect"] {
        let server = wire(answer(status, &location, "")).await;
        let connection = open_connection(&server.base_url);
        let incoming = Network::new().unwrap().send(request(&connection, "GET", "/")).await.unwrap();
        assert_eq!(incoming.status, status[..3].parse::<u16>().unwrap());
        assert!(incoming.headers.contains(&header("location", location[10..].trim())));
    }
    assert!(elsewhere.seen.try_recv().is_err());
}

#[tokio::test]
async fn a_refused_connection_was_certainly_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let connection = open_connection(&format!("http://{address}"));
    let failure = failure(Network::new().unwrap().send(request(&connection, "POST", "/")).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Connect, false));
    assert!(failure.message.contains(&format!("`{address}` refuses connections")), "{}", failure.message);
}

#[tokio::test]
async fn a_server_that_closes_after_reading_may_have_acted() {
    let mut server = wire(Answer::Close).await;
    let connection = open_connection(&server.base_url);
    let failure = failure(Network::new().unwrap().send(request(&connection, "POST", "/")).await);
    assert_eq!(
        (failure.kind, failure.maybe_sent),
        (TransportFailureKind::Connect, true),
        "{}",
        failure.message
    );
    assert!(server.seen.recv().await.is_some());
    assert!(server.seen.try_recv().is_err(), "the request was repeated");
}

#[tokio::test]
async fn silence_after_the_request_may_mean_that_it_was_processed() {
    let mut server = wire(Answer::Never).await;
    let connection = open_connection(&server.base_url);
    let sending =
        tokio::spawn(async move { Network::new().unwrap().send(request(&connection, "POST", "/")).await });
    assert!(server.seen.recv().await.is_some());
    // The server has it; from here on only time passes.
    tokio::time::pause();
    let failure = failure(sending.await.unwrap());
    assert_eq!(
        (failure.kind, failure.maybe_sent),
        (TransportFailureKind::Timeout, true),
        "{}",
        failure.message
    );
}

#[tokio::test(start_paused = true)]
async fn silence_before_a_connection_stands_means_that_nothing_was_sent() {
    // The port accepts TCP but never speaks TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connection = open_connection(&format!("https://{}", listener.local_addr().unwrap()));
    for seconds in [5, 60] {
        let mut outgoing = request(&connection, "POST", "/");
        outgoing.timeout = Duration::from_secs(seconds);
        let failure = failure(Network::new().unwrap().send(outgoing).await);
        assert_eq!(
            (failure.kind, failure.maybe_sent),
            (TransportFailureKind::Timeout, false),
            "{}",
            failure.message
        );
    }
}

#[tokio::test]
async fn no_time_left_is_a_timeout_and_not_a_panic() {
    let connection = open_connection("https://127.0.0.1:1");
    let mut outgoing = request(&connection, "POST", "/");
    outgoing.timeout = Duration::ZERO;
    let failure = failure(Network::new().unwrap().send(outgoing).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Timeout, false));
    let mut outgoing = request(&connection, "POST", "/");
    outgoing.timeout = Duration::MAX;
    assert_eq!(
        crate::stage::failure(Network::new().unwrap().send(outgoing).await).kind,
        TransportFailureKind::Connect
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_failure_of_its_body() {
    let broken = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly so much".to_vec();
    let server = wire(Answer::Raw(broken)).await;
    let connection = open_connection(&server.base_url);
    let incoming = Network::new().unwrap().send(request(&connection, "GET", "/")).await.unwrap();
    assert_eq!(incoming.status, 200);
    let failure = bytes(incoming).await.unwrap_err();
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Connect, true));
    assert!(failure.message.contains("broke off"), "{}", failure.message);
}

#[tokio::test]
async fn an_answer_that_stalls_ends_with_the_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connection = open_connection(&format!("http://{}", listener.local_addr().unwrap()));
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst").await.unwrap();
        stream
    };
    let network = Network::new().unwrap();
    let (sent, _stream) = tokio::join!(network.send(request(&connection, "GET", "/")), server);
    let incoming = sent.unwrap();
    tokio::time::pause();
    let failure = bytes(incoming).await.unwrap_err();
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Timeout, true));
}

#[tokio::test]
async fn an_encoded_answer_is_handed_over_as_it_came() {
    let server = wire(answer("200 OK", "content-encoding: gzip\r\n", "not really gzip")).await;
    let connection = open_connection(&server.base_url);
    let incoming = Network::new().unwrap().send(request(&connection, "GET", "/")).await.unwrap();
    assert!(incoming.headers.contains(&header("content-encoding", "gzip")));
    assert_eq!(text(incoming).await, "not really gzip");
}

#[tokio::test]
async fn a_flood_of_headers_is_too_large() {
    let flood: String = (0..200).map(|number| format!("x-{number}: y\r\n")).collect();
    let server = wire(answer("200 OK", &flood, "")).await;
    let connection = open_connection(&server.base_url);
    let failure = failure(Network::new().unwrap().send(request(&connection, "GET", "/")).await);
    assert_eq!(
        (failure.kind, failure.maybe_sent),
        (TransportFailureKind::TooLarge, true),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn an_unknown_role_is_denied_with_the_place_to_add_it() {
    let connection = open_connection("https://127.0.0.1:1");
    let mut outgoing = request(&connection, "GET", "/");
    outgoing.role = "auth".to_owned();
    let failure = failure(Network::new().unwrap().send(outgoing).await);
    assert_eq!((failure.kind, failure.maybe_sent), (TransportFailureKind::Denied, false));
    assert!(failure.message.contains("add `connections.test.roles.auth`"), "{}", failure.message);
}

#[tokio::test]
async fn a_proxy_is_asked_and_told_who_asks() {
    let mut proxy = wire(answer("200 OK", "", "by proxy")).await;
    let secrets = variables(&[("PROXY", "Basic cHJveHk6c2VjcmV0")]);
    let at_proxy = |url: &str| RoleConfig {
        proxy: Some(proxy.base_url.clone()),
        proxy_authorization: Some(env("PROXY")),
        ..role(url, Scheme::None)
    };
    // Only the proxy can find this name.
    let plain = load(config(at_proxy("http://api.example.test/v2")), SchemeOffer::None, &secrets).unwrap();
    let encrypted =
        load(config(at_proxy("https://api.example.test/v2")), SchemeOffer::None, &secrets).unwrap();
    let network = Network::new().unwrap();
    assert_eq!(text(network.send(request(&plain, "GET", "/x")).await.unwrap()).await, "by proxy");
    let seen = proxy.seen.recv().await.unwrap();
    assert!(seen.head.starts_with("GET http://api.example.test/v2/x HTTP/1.1"), "{}", seen.head);
    assert_eq!(seen.values("proxy-authorization"), ["Basic cHJveHk6c2VjcmV0"]);

    // This proxy opens no real tunnel, so the handshake comes to nothing.
    let failure = failure(network.send(request(&encrypted, "GET", "/x")).await);
    let seen = proxy.seen.recv().await.unwrap();
    assert!(seen.head.starts_with("CONNECT api.example.test:443 HTTP/1.1"), "{}", seen.head);
    assert_eq!(seen.values("proxy-authorization"), ["Basic cHJveHk6c2VjcmV0"]);
    assert!(!failure.maybe_sent, "{}", failure.message);
    assert!(
        failure.message.contains("`api.example.test` (through the proxy `127.0.0.1:"),
        "{}",
        failure.message
    );
}
