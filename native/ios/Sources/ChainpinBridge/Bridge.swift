import Foundation
import Security

/// All of the native side: one for the app's process, since the epoch lives as long as this does. Everything below runs on `queue`.
public final class Bridge: @unchecked Sendable {
    public let pins: PushedPins
    private let queue = DispatchQueue(label: "chainpin.gate")
    /// Where messages are parsed, one after the other, so that a long one keeps no decision waiting.
    private let reading = DispatchQueue(label: "chainpin.messages")
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
    public func open(_ send: @escaping @Sendable (String) -> Void) -> Page {
        let next = Page(bridge: self, send: send)
        queue.async {
            self.page = nil
            self.gate.pageClosed()
            self.page = next
        }
        return next
    }

    /// In the order of the calls, on the gate's queue; of a page that is gone: not at all.
    private func hear<Heard: Sendable>(_ page: Page, _ read: @escaping @Sendable () -> Heard, _ act: @escaping @Sendable (Gate, Heard) -> Void) {
        reading.async {
            let heard = read()
            self.queue.async {
                if self.page === page { act(self.gate, heard) }
            }
        }
    }

    public final class Page: Sendable {
        fileprivate let send: @Sendable (String) -> Void
        private unowned let bridge: Bridge

        fileprivate init(bridge: Bridge, send: @escaping @Sendable (String) -> Void) {
            self.bridge = bridge
            self.send = send
        }

        /// A message of its main frame. Of a page that is gone: ignored.
        public func receive(_ text: String) {
            bridge.hear(self, { Message.parse(text) }, { gate, message in gate.receive(message) })
        }

        /// It closed, reloaded or navigated, or its process or runtime has ended. It may attach again.
        public func closed() {
            bridge.hear(self, {}, { gate, _ in gate.pageClosed() })
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

    // This clock goes on while the device sleeps; that of `DispatchTime` does not, and an answer could come in time hours later.
    func now() -> Int {
        var time = timespec()
        guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { preconditionFailure("iOS has no clock") }
        return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
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
