//! `log`: bounded messages for the operator.
//!
//! Not here: showing them (`host/server`).

use crate::call::state::CallState;
use crate::call::{LogLine, LogSource};
use crate::capability::mask;
use crate::capability::wasi::Console;
use crate::connection::Connection;
use crate::contract::log::Level;
use crate::limits::Limits;

/// The longest single message or value.
const TEXT_BYTES_MAX: usize = 4 * 1024;
/// The most pairs beside one message.
const PAIRS_MAX: usize = 32;

/// The messages of one call.
#[derive(Debug, Default)]
pub(crate) struct LogBook {
    lines: Vec<LogLine>,
    bytes: u64,
    dropped: u64,
}

/// `log.write`
pub(crate) fn write(state: &mut CallState, level: Level, message: String, pairs: Vec<(String, String)>) {
    let pairs = pairs.into_iter().take(PAIRS_MAX).map(|(name, value)| (clean(name), clean(value))).collect();
    let line = LogLine { source: LogSource::Component, level, message: clean(message), pairs };
    state.log.push(line, &state.limits);
}

impl LogBook {
    /// A message of the sandbox itself.
    pub(crate) fn host(&mut self, level: Level, message: String, limits: &Limits) {
        self.push(
            LogLine { source: LogSource::Host, level, message: clean(message), pairs: Vec::new() },
            limits,
        );
    }

    fn push(&mut self, line: LogLine, limits: &Limits) {
        let pairs: usize = line.pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        let bytes = self.bytes.saturating_add((line.message.len() + pairs) as u64);
        let full = self.lines.len() as u64 >= u64::from(limits.log_lines_max) || bytes > limits.log_bytes_max;
        if full {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.bytes = bytes;
        self.lines.push(line);
    }

    /// The messages with what was written to the console, secrets masked, and a last one that counts the dropped.
    pub(crate) fn finish(mut self, console: Console, connection: Option<&Connection>) -> Vec<LogLine> {
        let (text, lost) = console.into_text();
        let level = Level::Info;
        self.lines.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|line| LogLine {
            source: LogSource::Console,
            level,
            message: clean(line.to_owned()),
            pairs: Vec::new(),
        }));
        if self.dropped > 0 || lost > 0 {
            let message =
                format!("{} messages and {lost} bytes of output were too much and dropped", self.dropped);
            self.lines.push(LogLine {
                source: LogSource::Host,
                level: Level::Warn,
                message,
                pairs: Vec::new(),
            });
        }
        if let Some(connection) = connection {
            for line in &mut self.lines {
                mask::text(connection, &mut line.message);
                line.pairs.iter_mut().for_each(|(_, value)| mask::text(connection, value));
            }
        }
        self.lines
    }
}

/// Shortens, and takes out what could drive a terminal or forge another line of a log file.
fn clean(mut text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push('…');
    }
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, " "),
        false => text,
    }
}
