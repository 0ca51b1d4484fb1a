import Foundation

/// A request of the page.
struct FetchRequest: Sendable {
    let number: Int
    let url: String
    let method: String
    let headers: [Header]
    /// Base64.
    let body: String?
    /// Milliseconds, for all of it.
    let timeout: Int
    /// Over a connection of its own.
    let fresh: Bool

    var isInvalid: Bool {
        let authority = url.dropFirst("https://".count).prefix { !"/?#\\".contains($0) }
        return authority.contains("@")
            || headers.contains { FetchRequest.ownHeaders.contains($0.name.lowercased()) }
            || (body != nil && ["GET", "HEAD"].contains(method.uppercased()))
    }

    /// Native's own: with them a request could be for another host than the one that was judged, or be cut in two.
    private static let ownHeaders: Set<String> = ["connection", "content-length", "host", "transfer-encoding", "upgrade"]
}

struct Header: Equatable, Sendable {
    let name: String
    let value: String
}

/// A response, read to its end.
struct FetchResponse: Sendable {
    /// After redirects.
    let url: String
    let status: Int
    let statusText: String
    let headers: [Header]
    /// Base64.
    let body: String

    /// How many bytes `body` stands for.
    var bodyBytes: Int {
        body.utf8.count / 4 * 3 - body.utf8.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
    }
}

/// Why a request failed, beside a `Refusal`.
enum FetchFailure: String {
    case aborted
    case bodyTooLarge = "body-too-large"
    /// DNS, TCP, TLS or HTTP.
    case network
    case requestInvalid = "request-invalid"
    case timeout
    /// The platform refused the certificate or its name; JavaScript was not asked.
    case untrusted
}
