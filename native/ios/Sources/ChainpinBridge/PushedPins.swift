import Foundation
import Security

/// Where pushed pins survive the app's end.
protocol PinStore {
    func read() -> String?

    /// Whether it is stored.
    func write(_ text: String) -> Bool
}

/// Pushed pins, for the app's own `URLSession`s: give them a delegate that answers server-trust challenges with `answer`. Until the first
/// push: the last one, or `embedded`, whichever is newer; with neither, everything is refused.
public final class PushedPins: @unchecked Sendable {
    private let store: PinStore
    private let lock = NSLock()
    private var enforced: EnforcedPins?

    init(store: PinStore, embedded: EnforcedPins? = nil) {
        self.store = store
        let stored = store.read().flatMap(EnforcedPins.read)
        enforced = [embedded, stored].compactMap { $0 }.max { $0.sequence < $1.sequence }
    }

    /// Of the policy whose pins are in force; 0: none are.
    var sequence: Int { current?.sequence ?? 0 }

    /// Whether the pins are stored and, from now on, enforced. False: nothing has changed.
    func enforce(_ pins: EnforcedPins) -> Bool {
        guard store.write(pins.text) else { return false }
        lock.lock()
        defer { lock.unlock() }
        enforced = pins
        return true
    }

    /// Answers a challenge for server trust; every other one is left to iOS. A session that is kept over a push keeps connections that were opened
    /// under the old pins: make a new one.
    public func answer(_ challenge: URLAuthenticationChallenge, _ completion: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {
        let space = challenge.protectionSpace
        guard space.authenticationMethod == NSURLAuthenticationMethodServerTrust, let trust = space.serverTrust else {
            return completion(.performDefaultHandling, nil)
        }
        guard case .success(let path) = ServerTrust.path(of: trust, host: space.host), allows(space.host.lowercased(), path) else {
            return completion(.cancelAuthenticationChallenge, nil)
        }
        completion(.useCredential, URLCredential(trust: trust))
    }

    /// All entries that match are united, as OkHttp does.
    private func allows(_ host: String, _ path: [Data]) -> Bool {
        guard let current = current else { return false }
        // To TLS and DNS it is the same name with a dot at its end.
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let pins = Set(current.pins.filter { $0.matches(name) }.flatMap { $0.pins })
        return pins.isEmpty || path.contains { Spki.pin(of: $0).map(pins.contains) ?? false }
    }

    private var current: EnforcedPins? {
        lock.lock()
        defer { lock.unlock() }
        return enforced
    }
}
