import Foundation

/// Addresses of the page's requests, as iOS takes them and as the page gets them back.
enum Address {
    /// Nil: iOS cannot read it. Before iOS 17, `URL` knows none of the characters that RFC 3986 leaves out; so they are encoded here, as in every browser.
    static func url(of text: String) -> URL? {
        let scheme = "https://"
        let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let rest = text.dropFirst(scheme.count + authority.count).prefix { $0 != "#" }
        return URL(string: scheme + authority + encoded(rest))
    }

    /// Nil: not https.
    static func site(of url: URL) -> Site? {
        guard url.scheme?.lowercased() == "https", let host = url.host?.lowercased(), !host.isEmpty else { return nil }
        return Site(host: host, port: url.port ?? 443)
    }

    /// As `fetch` tells it: without the fragment.
    static func text(of url: URL) -> String {
        String(url.absoluteString.prefix { $0 != "#" })
    }

    private static func encoded(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        return bytes.indices.map { at in
            let isStray = bytes[at] == UInt8(ascii: "%") && !(at + 2 < bytes.count && bytes[at + 1...at + 2].allSatisfy(hexadecimal.contains))
            return isStray || unknown.contains(bytes[at]) ? String(format: "%%%02X", bytes[at]) : String(Unicode.Scalar(bytes[at]))
        }.joined()
    }

    private static let hexadecimal = Alphabet("0123456789abcdefABCDEF")
    private static let unknown = Alphabet("\"<>[]^`{|}")
}

extension Site {
    /// To TLS and DNS, a dot at the end of a name makes no other one.
    func isSame(as other: Site) -> Bool {
        func name(_ host: String) -> Substring { host.hasSuffix(".") ? host.dropLast() : host[...] }
        return name(host) == name(other.host) && port == other.port
    }
}
