import Foundation
import Security

/// All of the native side: one for the app's process, since the epoch lives as long as this does.
public final class Bridge {
    public let pins: PushedPins
    private let queue = DispatchQueue(label: "chainpin.gate")
    private var gate: Gate!
    private var sessions: HeldSessions!
    private var page: Page?

    /// `deadline`: how long a connection waits for its verdict, 100 to 60,000 ms.
    init(pins: PushedPins, deadline: Int = Gate.defaultDeadline) {
        self.pins = pins
        gate = Gate(platform: self, deadline: deadline, enforced: pins.sequence)
        sessions = HeldSessions(queue: queue, gate: gate)
    }

    /// A page, or a JavaScript runtime, can be heard from now on; the one before it is gone. `send`: to that page's main frame only.
    public func open(_ send: @escaping (String) -> Void) -> Page {
        let next = Page(bridge: self, send: send)
        queue.async {
            self.page = nil
            self.gate.pageClosed()
            self.page = next
        }
        return next
    }

    public final class Page {
        fileprivate let send: (String) -> Void
        private unowned let bridge: Bridge

        fileprivate init(bridge: Bridge, send: @escaping (String) -> Void) {
            self.bridge = bridge
            self.send = send
        }

        /// A message of its main frame. Of a page that is gone: ignored.
        public func receive(_ text: String) {
            bridge.queue.async { if self.bridge.page === self { self.bridge.gate.receive(text) } }
        }

        /// It closed, reloaded or navigated, or its process or runtime has ended. It may attach again.
        public func closed() {
            bridge.queue.async { if self.bridge.page === self { self.bridge.gate.pageClosed() } }
        }
    }
}

extension Bridge: GatePlatform {
    func send(_ text: String) {
        page?.send(text)
    }

    func random() -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard SecRandomCopyBytes(kSecRandomDefault, bytes.count, &bytes) == errSecSuccess else { preconditionFailure("iOS has no random bytes") }
        return bytes.map { String(format: "%02x", $0) }.joined()
    }

    func now() -> Int {
        Int(DispatchTime.now().uptimeNanoseconds / 1_000_000)
    }

    func after(_ millis: Int, _ then: @escaping () -> Void) -> () -> Void {
        let item = DispatchWorkItem(block: then)
        queue.asyncAfter(deadline: .now() + .milliseconds(millis), execute: item)
        return { item.cancel() }
    }

    func drop() {
        sessions?.drop()
    }

    func enforce(_ pins: EnforcedPins) -> Bool {
        self.pins.enforce(pins)
    }

    func start(_ request: FetchRequest) {
        sessions.start(request)
    }

    func cancel(_ request: Int) {
        sessions.cancel(request)
    }
}
