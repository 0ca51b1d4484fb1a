import Foundation
import Security

/// What the bridge has of the platform, and what it makes of addresses and texts.
enum Platform {
    static func run() {
        linuxSession()
        addresses()
        texts()
        stores()
        pins()
        bridge()
    }

    /// A real session, over real TLS, that brings no challenge: its response must not reach the page.
    private static func linuxSession() {
        let world = World(isReal: true)
        world.fetch(1, ProcessInfo.processInfo.environment["CHAINPIN_SERVER"]!)
        let seen = "\(world.result(1)); told: \(world.notices()); the response was there: \(world.task(0).response != nil)"
        Table.row("Linux's own URLSession, without a challenge", "chain-invalid; told: chain-invalid localhost; the response was there: true", seen)
    }

    private static func addresses() {
        for (text, expected) in [
            ("https://a.test/|{}^`\"<>[]?|{}^[]", "https://a.test/%7C%7B%7D%5E%60%22%3C%3E%5B%5D?%7C%7B%7D%5E%5B%5D"),
            ("https://a.test/%41%zz%4", "https://a.test/%41%25zz%254"),
            ("https://a.test/a?b#c", "https://a.test/a?b"),
            ("https://[::1]:8443/a", "https://[::1]:8443/a"),
            ("https://a.test", "https://a.test"),
        ] {
            let url = Address.url(of: text)?.absoluteString ?? "none"
            // As a system before iOS 17 reads it: what RFC 3986 does not know is no URL.
            let isStrict = URL(string: url, encodingInvalidCharacters: false) != nil
            Table.row("the address \(text)", "\(expected), strict: true", "\(url), strict: \(isStrict)")
        }
    }

    private static func texts() {
        Table.row("a slash stays as it is, so that 16 MiB in base64 fit into a message", "\"/\"", Json.quoted("/"))
        Table.row("line ends of JavaScript are escaped", "\"\\u2028\\u2029\\u0001\\\"\\\\\"", Json.quoted("\u{2028}\u{2029}\u{1}\"\\"))
        let long = ToPage.failure(session: "s", request: 1, code: "network", id: nil, message: String(repeating: "😀", count: 10_000) + "e\u{301}")
        let odd = ToPage.failure(session: "s", request: 1, code: "network", id: nil, message: "a" + String(repeating: "😀", count: 10_000))
        let lengths = [long, odd].map { Json.read($0)!.record!["message"]!.text!.utf16.count }
        Table.row("a message is cut by UTF-16 units, and not within a pair", "[16384, 16383]", "\(lengths)")
        let body = String(repeating: "/", count: Message.longestBody - 2) + "=="
        let response = FetchResponse(url: "https://a.test/", status: 200, statusText: "", headers: [], body: body)
        let isShort = ToPage.response(session: "s", request: 1, response: response).utf16.count < 24 << 20
        Table.row("a response of 16 MiB", "16777216 bytes, below 24 MiB: true", "\(response.bodyBytes) bytes, below 24 MiB: \(isShort)")
    }

    private static func stores() {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chainpin-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = FilePinStore(file: folder.appendingPathComponent("deep/pins.json"))
        let before = store.read()
        let written = [store.write("one"), store.write("two")]
        Table.row("pins outlive the app", "none, [true, true], two", "\(before ?? "none"), \(written), \(store.read() ?? "none")")
        let blocked = FilePinStore(file: folder.appendingPathComponent("deep/pins.json/more"))
        Table.row("pins that cannot be stored", "false, none", "\(blocked.write("one")), \(blocked.read() ?? "none")")
    }

    private static func pins() {
        let certificate = Data(base64Encoded: ProcessInfo.processInfo.environment["CHAINPIN_CERTIFICATE"]!)!
        Table.row("the pin of a certificate", ProcessInfo.processInfo.environment["CHAINPIN_PIN"]!, Spki.pin(of: certificate) ?? "none")
        let cuts = (0..<certificate.count).filter { Spki.pin(of: certificate.prefix($0)) != nil }
        Table.row("a certificate that is cut off has none", "0", "\(cuts.count)")

        let right = EnforcedPins(sequence: 1, pins: [PatternPins(pattern: "a.test", pins: [Spki.pin(of: certificate)!])])
        let wrong = EnforcedPins(sequence: 1, pins: [PatternPins(pattern: "a.test", pins: ["sha256/" + String(repeating: "A", count: 43) + "="])])
        for (what, pins, host, expected) in [
            ("pushed pins: the right one", right, "a.test", "useCredential"),
            ("pushed pins: a wrong one", wrong, "a.test", "cancelAuthenticationChallenge"),
            ("pushed pins: a wrong one, the host with a dot", wrong, "a.test.", "cancelAuthenticationChallenge"),
            ("pushed pins: a host without", wrong, "b.test", "useCredential"),
            ("pushed pins: none yet", nil, "b.test", "cancelAuthenticationChallenge"),
        ] {
            let trust = SecTrust(path: [certificate], host: host)
            let challenge = URLAuthenticationChallenge(URLProtectionSpace(host: host, port: 443, trust: trust))
            var seen = ""
            PushedPins(store: NoStore(), embedded: pins).answer(challenge) { disposition, _ in seen += "\(disposition)" }
            Table.row(what, expected, seen)
        }
    }

    /// The whole of it: messages in order, off the queue on which the gate decides.
    private static func bridge() {
        Network.shared.begin()
        let heard = Heard()
        let bridge = Bridge(pins: PushedPins(store: NoStore()))
        let page = bridge.open { heard.add($0) }
        page.receive("{\"v\":1,\"type\":\"attach\",\"nonce\":\"n\",\"sequence\":1}")
        eventually { heard.all.count == 1 }
        let session = Json.read(heard.all[0])!.record!["session"]!.text!
        let body = String(repeating: "A", count: Message.longestBody - 4) + "AA=="
        let big = "{\"v\":1,\"type\":\"fetch\",\"session\":\"\(session)\",\"request\":1,\"url\":\"https://a.test/\",\"method\":\"POST\",\"headers\":[],\"timeout\":600000,\"fresh\":false,\"body\":\"\(body)\"}"
        page.receive(big)
        page.receive("{\"v\":1,\"type\":\"abort\",\"session\":\"\(session)\",\"request\":1}")
        eventually { heard.all.count == 2 }
        Table.row("a message of 16 MiB, then a short one: in this order", "aborted", Json.read(heard.all[1])!.record!["code"]!.text!)
        page.closed()
        page.receive("{\"v\":1,\"type\":\"attach\",\"nonce\":\"n\",\"sequence\":1}")
        eventually { heard.all.count == 3 }
        let next = bridge.open { heard.add("next " + $0) }
        page.receive("{\"v\":1,\"type\":\"attach\",\"nonce\":\"late\",\"sequence\":1}")
        next.receive("{\"v\":1,\"type\":\"attach\",\"nonce\":\"next\",\"sequence\":1}")
        eventually { heard.all.count >= 4 }
        Table.row("a page that is gone is not heard", "4, next: true", "\(heard.all.count), next: \(heard.all.last!.hasPrefix("next "))")
    }
}

private struct NoStore: PinStore {
    func read() -> String? { nil }

    func write(_ text: String) -> Bool { true }
}

private final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []

    func add(_ text: String) {
        lock.withLock { texts.append(text) }
    }

    var all: [String] { lock.withLock { texts } }
}
