//! What no binding lets a component do: arguments that lie about memory, imports where none may be called, a look at
//! the whole of the linear memory.
//!
//! Natively nothing of this exists. Not here: what it is good for (`behaviour/`).
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod guest {
    use std::ptr;

    use countersign_sdk::contract::http;

    const PAGE_BYTES: usize = 65_536;
    const MULTIPLIER: u64 = 1_099_511_628_211;
    const LEVEL_INFO: i32 = 1;

    #[link(wasm_import_module = "countersign:provider/log@0.1.0")]
    unsafe extern "C" {
        /// `log.write` as the canonical ABI has it: level, message, pairs; each list as address and length.
        #[link_name = "write"]
        fn log_write(
            level: i32,
            message: *const u8,
            message_length: usize,
            pairs: *const Pair,
            pairs_length: usize,
        );
    }

    /// One `tuple<string, string>` of the canonical ABI.
    #[repr(C)]
    struct Pair {
        name: *const u8,
        name_length: usize,
        value: *const u8,
        value_length: usize,
    }

    pub(crate) fn log_same_text(text: &str, times: usize) {
        let pair =
            || Pair { name: ptr::null(), name_length: 0, value: text.as_ptr(), value_length: text.len() };
        let pairs: Vec<Pair> = (0..times).map(|_| pair()).collect();
        // SAFETY: every address is inside `text` or `pairs`, which live past the call; the host copies.
        unsafe { log_write(LEVEL_INFO, ptr::null(), 0, pairs.as_ptr(), pairs.len()) };
    }

    pub(crate) fn log_from(address: usize, length: usize) {
        // SAFETY: none is needed; the host reads, and it is the host's duty to check what it is told.
        unsafe { log_write(LEVEL_INFO, address as *const u8, length, ptr::null(), 0) };
    }

    pub(crate) fn log_bytes(bytes: &[u8]) {
        // SAFETY: the address is inside `bytes`; that they are no UTF-8 is for the host to find out.
        unsafe { log_write(LEVEL_INFO, bytes.as_ptr(), bytes.len(), ptr::null(), 0) };
    }

    pub(crate) fn reach_out() {
        let _ = http::send(&crate::ask::create());
    }

    /// Rolls a fingerprint over every place of the memory, byte by byte.
    pub(crate) fn prints_in_memory(length: usize, wanted: &[u64]) -> Vec<u64> {
        let end = core::arch::wasm32::memory_size(0) * PAGE_BYTES;
        // SAFETY: every address below `end` is inside the linear memory; what lies there is only compared.
        let byte = |address: usize| u64::from(unsafe { ptr::read_volatile(address as *const u8) });
        let leaving = (0..length).fold(1_u64, |power, _| power.wrapping_mul(MULTIPLIER));
        let (mut print, mut found) = (0_u64, Vec::new());
        for address in 1..end {
            print = print.wrapping_mul(MULTIPLIER).wrapping_add(byte(address));
            if address > length {
                print = print.wrapping_sub(byte(address - length).wrapping_mul(leaving));
            }
            if address >= length && wanted.contains(&print) {
                found.push(print);
            }
        }
        found
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod guest {
    pub(crate) fn log_same_text(_text: &str, _times: usize) {}

    pub(crate) fn log_from(_address: usize, _length: usize) {}

    pub(crate) fn log_bytes(_bytes: &[u8]) {}

    pub(crate) fn reach_out() {}

    pub(crate) fn prints_in_memory(_length: usize, _wanted: &[u64]) -> Vec<u64> {
        Vec::new()
    }
}

/// Logs one message with so many values, all at the same address: little memory here, much in a careless host.
pub(crate) fn log_same_text(text: &str, times: usize) {
    guest::log_same_text(text, times);
}

/// Logs a message that begins at this address and is so many bytes long.
pub(crate) fn log_from(address: usize, length: usize) {
    guest::log_from(address, length);
}

/// Logs bytes that need not be UTF-8.
pub(crate) fn log_bytes(bytes: &[u8]) {
    guest::log_bytes(bytes);
}

/// Sends a request from wherever it is called.
pub(crate) fn reach_out() {
    guest::reach_out();
}

/// Those of the fingerprints that a text of this length anywhere in the linear memory has. The fingerprint of bytes
/// `b0 b1 … bn` is `(…(b0 · M + b1) · M + …) + bn` modulo 2^64, `M` being 1,099,511,628,211.
pub(crate) fn prints_in_memory(length: usize, wanted: &[u64]) -> Vec<u64> {
    guest::prints_in_memory(length, wanted)
}
