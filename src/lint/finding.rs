//! A finding, as callers see it.

use serde::Serialize;

/// One finding.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// Stable.
    #[cfg_attr(feature = "schema", schemars(extend("x-codes" = "FindingCode")))]
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The host of the rule; absent for the policy as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What it is and what to do.
    pub message: String,
}

/// How bad a finding is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Users may be locked out, or less protected than it seems.
    Warning,
    /// The policy does not do what it says.
    Error,
}
