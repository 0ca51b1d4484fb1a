//! A verdict in words: the message, its details, and the report of RFC 7469.

mod details;
mod message;
mod report;

#[cfg(target_arch = "wasm32")]
pub(crate) use details::host_text;
pub use details::{ChainEntry, MatchDetails};
pub use report::{PinReport, PolicyName, ReportDetails};
