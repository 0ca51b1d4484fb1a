// What the bridge uses of Apple's Security framework, with Apple's signatures; what is toll-free bridged there is the Swift type here.
import Foundation

public typealias CFString = String
public typealias CFData = Data
public typealias CFArray = [AnyObject]
public typealias OSStatus = Int32

public final class CFError: Error, @unchecked Sendable {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

public func CFErrorCopyDescription(_ err: CFError!) -> CFString! {
    err.description
}

public let errSecSuccess: OSStatus = 0

public enum tls_protocol_version_t: UInt16, Sendable {
    case TLSv12 = 0x0303
    case TLSv13 = 0x0304
}

public final class SecCertificate {
    let der: Data

    init(_ der: Data) {
        self.der = der
    }
}

public final class SecPolicy {
    let host: String?

    init(host: String?) {
        self.host = host
    }
}

/// A test says what iOS makes of the certificates, and for which name.
public final class SecTrust {
    let path: [Data]
    let host: String
    let distrust: String?
    fileprivate var policy: SecPolicy?

    public init(path: [Data], host: String, distrust: String? = nil) {
        (self.path, self.host, self.distrust) = (path, host, distrust)
    }
}

public func SecPolicyCreateSSL(_ server: Bool, _ hostname: CFString?) -> SecPolicy {
    SecPolicy(host: hostname)
}

public func SecTrustSetPolicies(_ trust: SecTrust, _ policies: AnyObject) -> OSStatus {
    trust.policy = policies as? SecPolicy
    return errSecSuccess
}

public func SecTrustEvaluateWithError(_ trust: SecTrust, _ error: UnsafeMutablePointer<CFError?>?) -> Bool {
    let why = trust.distrust ?? (trust.policy?.host == trust.host ? nil : "not for this host")
    error?.pointee = why.map { CFError($0) }
    return why == nil
}

public func SecTrustCopyCertificateChain(_ trust: SecTrust) -> CFArray? {
    trust.path.map { SecCertificate($0) }
}

public func SecCertificateCopyData(_ certificate: SecCertificate) -> CFData {
    certificate.der
}

public final class SecRandom: Sendable {}

public let kSecRandomDefault: SecRandom? = nil

public func SecRandomCopyBytes(_ rnd: SecRandom?, _ count: Int, _ bytes: UnsafeMutableRawPointer) -> Int32 {
    var generator = SystemRandomNumberGenerator()
    for index in 0..<count { bytes.storeBytes(of: UInt8.random(in: 0...255, using: &generator), toByteOffset: index, as: UInt8.self) }
    return errSecSuccess
}
