//! Base64url, as a JWS uses it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Base64url without padding, and with one text for the same bytes (RFC 7515 section 2, RFC 4648 section 3.5).
#[inline(never)]
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
