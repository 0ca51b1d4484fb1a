import Capacitor
import Foundation
import WebKit

/// The native half of `chainpin/capacitor`: `post({ text })` from JavaScript, the event `message` with `{ text }` to it.
@objc(ChainpinPlugin)
public class ChainpinPlugin: CAPPlugin, CAPBridgedPlugin, @unchecked Sendable {
    public let identifier = "ChainpinPlugin"
    public let jsName = "Chainpin"
    public let pluginMethods: [CAPPluginMethod] = [CAPPluginMethod(name: "post", returnType: CAPPluginReturnPromise)]
    private var page: Bridge.Page?

    // Capacitor calls it before the first page loads, on the main thread.
    override public func load() {
        let page = AppBridge.shared.open { [weak self] text in
            // Capacitor keeps its listeners in a dictionary that is not for several threads.
            DispatchQueue.main.async { [weak self] in self?.notifyListeners("message", data: ["text": text]) }
        }
        self.page = page
        MainActor.assumeIsolated {
            if let webView = bridge?.webView { Document.watch(webView) { page.closed() } }
        }
    }

    @objc func post(_ call: CAPPluginCall) {
        guard let text = call.getString("text") else { return call.reject("`text` is missing") }
        page?.receive(text)
        call.resolve()
    }
}
