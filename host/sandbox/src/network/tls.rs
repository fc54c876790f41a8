//! TLS of a role: trusted authorities, client certificate, and the switch that trusts anybody.
//!
//! Not here: wording what went wrong in a handshake (`failure.rs`).

use std::sync::{Arc, LazyLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use secrecy::{ExposeSecret, SecretString};

use crate::connection::config::RoleConfig;
use crate::connection::problem::Findings;

static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));

static PUBLIC_ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| Arc::new(public_roots()));

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Builds the TLS configuration of a role and reports all that is wrong with its files.
pub(crate) fn configure(
    config: &RoleConfig,
    identity: Option<&SecretString>,
    findings: &mut Findings,
) -> Option<ClientConfig> {
    let roots = findings.keep("ca-file", roots(config));
    let identity = identity.map(|pem| findings.keep("identity", parse_identity(pem.expose_secret())));
    if config.insecure_skip_tls_verification {
        let message =
            "ACCEPTS ANY CERTIFICATE: whoever is in between reads and changes everything; remove it";
        findings.warn("insecure-skip-tls-verification", message);
    }
    let (roots, identity) = match (roots, identity) {
        (Some(roots), Some(Some(identity))) => (roots, Some(identity)),
        (Some(roots), None) => (roots, None),
        _ => return None,
    };
    findings.keep("identity", build(roots, identity, config.insecure_skip_tls_verification))
}

fn build(
    roots: Arc<RootCertStore>,
    identity: Option<Identity>,
    trust_anybody: bool,
) -> Result<ClientConfig, String> {
    let words = |error: Error| {
        format!("is not usable for TLS ({error}); check that certificate and key belong together")
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
        .with_safe_default_protocol_versions()
        .map_err(words)?;
    let builder = if trust_anybody {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnybody))
    } else {
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&PROVIDER))
            .build()
            .map_err(|error| format!("cannot verify certificates: {error}"))?;
        builder.with_webpki_verifier(verifier)
    };
    let mut config = match identity {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(words)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Checks that TLS works at all in this build.
pub(crate) fn check() -> Result<(), String> {
    build(Arc::clone(&PUBLIC_ROOTS), None, false).map(drop)
}

fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The public authorities and the operator's own.
fn roots(config: &RoleConfig) -> Result<Arc<RootCertStore>, String> {
    let Some(path) = &config.ca_file else { return Ok(Arc::clone(&PUBLIC_ROOTS)) };
    let shown = path.display();
    let pem = std::fs::read(path).map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("`{shown}` is not PEM: {error}"))?;
    if certificates.is_empty() {
        return Err(format!(
            "`{shown}` holds no `-----BEGIN CERTIFICATE-----`; point to the authority's PEM file"
        ));
    }
    let mut roots = public_roots();
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|error| format!("`{shown}` holds a certificate that is not usable: {error}"))?;
    }
    Ok(Arc::new(roots))
}

fn parse_identity(pem: &str) -> Result<Identity, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| format!("is not PEM: {error}"))?;
    if chain.is_empty() {
        return Err("holds no certificate; put the chain and the private key into one PEM file".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        "holds no private key; put the chain and the private key into one PEM file".to_owned()
    })?;
    Ok((chain, key))
}

/// Trusts every certificate, for tests only; signatures of the handshake are still checked.
#[derive(Debug)]
struct TrustAnybody;

impl ServerCertVerifier for TrustAnybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER.signature_verification_algorithms.supported_schemes()
    }
}
