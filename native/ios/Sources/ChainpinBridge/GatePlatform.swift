import Foundation

/// What a `Gate` needs of the platform. All of it is called while the gate decides, so nothing here may wait.
protocol GatePlatform: AnyObject {
    /// To the app's own main frame, and to that only, in this order.
    func send(_ text: String)

    /// 128 bits from a secure source, as 32 lower-case hexadecimal digits.
    func random() -> String

    /// Milliseconds of a clock that never goes back.
    func now() -> Int

    /// Runs `then` after `millis`, one after the other with the gate's other calls, whatever the page does. Returns what stops that.
    func after(_ millis: Int, _ then: @escaping () -> Void) -> () -> Void

    /// Drops pooled connections and TLS sessions.
    func drop()

    /// Stores the pins, then enforces them, all or none. False: they could not be stored, and nothing has changed.
    func enforce(_ pins: EnforcedPins) -> Bool

    /// Begins a request, which ends with the gate's `respond` or `fail`.
    func start(_ request: FetchRequest)

    /// Ends a request, and a connection that is held for it; the gate has told the page.
    func cancel(_ request: Int)
}
