//! How much one component and one call may use. Every bound of the sandbox stands here, with its default.
//!
//! Not here: enforcing them (`engine/`, `admission/`, `capability/`), and an operator's way to change them (`host/server`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The bounds of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Limits {
    /// Size of a component file.
    pub component_bytes_max: u64,
    /// Linear memory of one call. JavaScript components start at 9.1 MiB, Python ones at 12.3 MiB.
    pub memory_bytes_max: u64,
    /// Linear memories of one component.
    pub memories_max: u32,
    /// Elements of one table.
    pub table_elements_max: u32,
    /// Tables of one component.
    pub tables_max: u32,
    /// Core instances of one component.
    pub core_instances_max: u32,
    /// Time a call may spend computing in the guest, host calls not counted.
    pub guest_time_ms: u64,
    /// What one host call may make the host allocate for its arguments (CVE-2026-27204).
    pub hostcall_bytes_max: u64,
    /// Resources and component handles of one call (CVE-2026-27204).
    pub resources_max: u32,
    /// Random bytes asked for at once (CVE-2026-27204).
    pub random_bytes_max: u64,
    /// Requests of one call.
    pub exchanges_max: u32,
    /// Headers of one request or response (CVE-2026-27572: too many panic the header map).
    pub headers_max: u32,
    /// Bytes of all headers of one request or response together.
    pub header_bytes_max: u64,
    /// Bytes of path and query of one request.
    pub target_bytes_max: u64,
    /// Bytes of one request body, attachments included.
    pub request_bytes_max: u64,
    /// A longer piece of a request body is recorded by its digest alone.
    pub recorded_bytes_max: u64,
    /// Bytes of a response body that may enter the component.
    pub response_bytes_max: u64,
    /// Bytes of a response body kept when it was to become an attachment and the status is not 2xx.
    pub refusal_bytes_max: u64,
    /// Bytes of all response bodies that entered the component during one call.
    pub responses_bytes_max: u64,
    /// Bytes of one attachment made from a response.
    pub attachment_bytes_max: u64,
    /// Bytes a component may read of an attachment, or make one of, at once.
    pub attachment_piece_bytes_max: u64,
    /// Attachments one call may make.
    pub attachments_made_max: u32,
    /// Log messages of one call.
    pub log_lines_max: u32,
    /// Bytes of all log messages of one call together.
    pub log_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes_max: 64 * MIB,
            memory_bytes_max: 64 * MIB,
            memories_max: 4,
            table_elements_max: 65_536,
            tables_max: 16,
            core_instances_max: 64,
            guest_time_ms: 10_000,
            hostcall_bytes_max: 16 * MIB,
            resources_max: 1_024,
            random_bytes_max: 64 * KIB,
            exchanges_max: 1_000,
            headers_max: 100,
            header_bytes_max: 32 * KIB,
            target_bytes_max: 16 * KIB,
            request_bytes_max: 256 * MIB,
            recorded_bytes_max: 64 * KIB,
            response_bytes_max: 4 * MIB,
            refusal_bytes_max: 64 * KIB,
            responses_bytes_max: 64 * MIB,
            attachment_bytes_max: 64 * MIB,
            attachment_piece_bytes_max: MIB,
            attachments_made_max: 64,
            log_lines_max: 256,
            log_bytes_max: 64 * KIB,
        }
    }
}

impl Limits {
    /// The guest's computing time as epochs of the ticker.
    pub(crate) fn guest_ticks(&self) -> u64 {
        let tick_ms = u64::try_from(TICK.as_millis()).unwrap_or(1).max(1);
        self.guest_time_ms.div_ceil(tick_ms).max(1)
    }
}

/// The length of one epoch. A guest that computes is asked this often whether it may go on.
pub(crate) const TICK: Duration = Duration::from_millis(10);
