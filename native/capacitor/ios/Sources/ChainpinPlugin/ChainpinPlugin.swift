import Capacitor
import Foundation
import WebKit

/// The native half of `chainpin/capacitor`: `post({ text })` from JavaScript, the event `message` with `{ text }` to it.
@objc(ChainpinPlugin)
public class ChainpinPlugin: CAPPlugin, CAPBridgedPlugin {
    public let identifier = "ChainpinPlugin"
    public let jsName = "Chainpin"
    public let pluginMethods: [CAPPluginMethod] = [CAPPluginMethod(name: "post", returnType: CAPPluginReturnPromise)]
    private var page: Bridge.Page?
    private var navigation: NSKeyValueObservation?

    override public func load() {
        let page = AppBridge.shared.open { [weak self] text in self?.notifyListeners("message", data: ["text": text]) }
        self.page = page
        // It becomes true when another page begins to load: a navigation, a reload, or the one after the page's process has died.
        navigation = bridge?.webView?.observe(\.isLoading, options: [.new]) { _, change in
            if change.newValue == true { page.closed() }
        }
    }

    @objc func post(_ call: CAPPluginCall) {
        guard let text = call.getString("text") else { return call.reject("`text` is missing") }
        page?.receive(text)
        call.resolve()
    }
}
