import CryptoKit
import Foundation

/// Pins of a certificate's key: SHA-256 over its SubjectPublicKeyInfo as it stands there (RFC 7469, 2.4).
enum Spki {
    /// `sha256/…`. Nil: no certificate.
    static func pin(of certificate: Data) -> String? {
        guard let key = Self.key(in: [UInt8](certificate)) else { return nil }
        return "sha256/" + Data(SHA256.hash(data: key)).base64EncodedString()
    }

    /// RFC 5280, 4.1: Certificate, then TBSCertificate; in it version (optional), serial, signature, issuer, validity, subject, then the key.
    private static func key(in certificate: [UInt8]) -> ArraySlice<UInt8>? {
        guard let outer = Element(certificate[...]), outer.tag == 0x30,
              let body = Element(outer.content), body.tag == 0x30, var next = Element(body.content) else { return nil }
        if next.tag == 0xa0 {
            guard let serial = Element(next.rest) else { return nil }
            next = serial
        }
        for _ in 0..<5 {
            guard let following = Element(next.rest) else { return nil }
            next = following
        }
        return next.tag == 0x30 ? next.all : nil
    }

    /// One element of DER, and what comes after it.
    private struct Element {
        let tag: UInt8
        let all: ArraySlice<UInt8>
        let content: ArraySlice<UInt8>
        let rest: ArraySlice<UInt8>

        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.count >= 2 else { return nil }
            let first = bytes[bytes.startIndex + 1]
            var start = bytes.startIndex + 2
            var length = Int(first)
            if first >= 0x80 {
                let digits = Int(first & 0x7f)
                guard (1...3).contains(digits), bytes.count >= 2 + digits else { return nil }
                length = bytes[start..<start + digits].reduce(0) { $0 << 8 | Int($1) }
                start += digits
            }
            guard bytes.endIndex - start >= length else { return nil }
            tag = bytes[bytes.startIndex]
            content = bytes[start..<start + length]
            all = bytes[bytes.startIndex..<start + length]
            rest = bytes[(start + length)...]
        }
    }
}
