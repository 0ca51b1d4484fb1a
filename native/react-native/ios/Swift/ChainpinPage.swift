import Foundation

/// The bridge, as ChainpinModule.mm sees it.
@objc(ChainpinPage)
public final class ChainpinPage: NSObject {
    private let page: Bridge.Page

    @objc public init(send: @escaping @Sendable (String) -> Void) {
        page = AppBridge.shared.open(send)
    }

    @objc public func receive(_ text: String) {
        page.receive(text)
    }

    /// The runtime reloads or ends.
    @objc public func close() {
        page.closed()
    }
}
