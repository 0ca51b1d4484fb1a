import Foundation

/// Where a verdict holds: the name that TLS checked, in lower case, as A-labels, or an IP address without brackets; and the port.
struct Site: Hashable, Sendable {
    let host: String
    let port: Int
}

/// A connection whose handshake is done, and whose trust and name the platform has checked.
struct HeldConnection {
    /// Which one: the same object for the same connection.
    let connection: AnyObject
    let site: Site
    /// The path that the platform built and checked, leaf first, DER.
    let chain: [Data]
    let source: String
    let anchor: Anchor
    /// Only for a `fresh` request: its number.
    let request: Int?
}

/// What the path ends in. iOS does not tell whose CA it is.
enum Anchor: String {
    case system, unknown, user
}

/// One question to the page.
struct Held {
    let id: String?
    /// Nobody waits for the answer any more.
    let cancel: () -> Void

    /// It is decided already.
    static var none: Held { Held(id: nil, cancel: {}) }
}

/// What becomes of a held connection.
enum Decision: Equatable {
    case goOn
    case refused(Refusal)
}

/// Why native refused a held connection.
enum Refusal: String, Sendable {
    case chainInvalid = "chain-invalid"
    case closed
    case deadline
    case notAttached = "not-attached"
    case pageClosed = "page-closed"
    case policyChanged = "policy-changed"
    case protocolBroken = "protocol"
    case rejected
    case superseded
    case tooMany = "too-many"
    case version
    case wrongSequence = "wrong-sequence"

    /// By a notice, since the page cannot know by itself.
    var isTold: Bool {
        switch self {
        case .chainInvalid, .deadline, .policyChanged, .protocolBroken, .tooMany, .version, .wrongSequence: return true
        case .closed, .notAttached, .pageClosed, .rejected, .superseded: return false
        }
    }
}
