import Foundation
import Security

/// The platform's own decision about certificates, which comes before any pin.
enum ServerTrust {
    /// The path that iOS built and checked for this name: leaf first, DER. Nil, with why: it refuses. May ask the network, so not on the main thread.
    static func path(of trust: SecTrust, host: String) -> Result<[Data], Distrust> {
        let policy = SecPolicyCreateSSL(true, host as CFString)
        guard SecTrustSetPolicies(trust, policy) == errSecSuccess else { return .failure(Distrust(why: "the name cannot be checked")) }
        var error: CFError?
        guard SecTrustEvaluateWithError(trust, &error) else {
            return .failure(Distrust(why: error.map { CFErrorCopyDescription($0) as String } ?? "no reason given"))
        }
        guard let chain = SecTrustCopyCertificateChain(trust) as? [SecCertificate] else { return .failure(Distrust(why: "there is no chain")) }
        return .success(chain.map { SecCertificateCopyData($0) as Data })
    }
}

struct Distrust: Error {
    let why: String
}
