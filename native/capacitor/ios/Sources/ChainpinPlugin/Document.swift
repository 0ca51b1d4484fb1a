import Foundation
import WebKit

/// Tells of each new document in the main frame, before any script of it runs: a navigation, a reload, or the page after its process has died.
/// `isLoading` does not: it stays true where one navigation follows another. In a world of its own, where no script of a page can speak.
@MainActor
final class Document: NSObject, WKScriptMessageHandler {
    private let began: () -> Void

    private init(_ began: @escaping () -> Void) {
        self.began = began
    }

    static func watch(_ webView: WKWebView, _ began: @escaping () -> Void) {
        let world = WKContentWorld.world(name: "chainpin")
        let script = "webkit.messageHandlers.chainpinDocument.postMessage(null)"
        let controller = webView.configuration.userContentController
        controller.add(Document(began), contentWorld: world, name: "chainpinDocument")
        controller.addUserScript(WKUserScript(source: script, injectionTime: .atDocumentStart, forMainFrameOnly: true, in: world))
    }

    func userContentController(_ userContentController: WKUserContentController, didReceive message: WKScriptMessage) {
        if message.frameInfo.isMainFrame { began() }
    }
}
