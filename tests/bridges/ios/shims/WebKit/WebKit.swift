// What the Capacitor plugin uses of WebKit, with Apple's signatures.
import Foundation

@MainActor
open class WKWebView: NSObject {
    open var configuration: WKWebViewConfiguration { fatalError("only compiled") }
}

@MainActor
open class WKWebViewConfiguration: NSObject {
    open var userContentController: WKUserContentController { fatalError("only compiled") }
}

@MainActor
open class WKUserContentController: NSObject {
    open func addUserScript(_ userScript: WKUserScript) {}

    open func add(_ scriptMessageHandler: any WKScriptMessageHandler, contentWorld world: WKContentWorld, name: String) {}
}

public enum WKUserScriptInjectionTime: Int, Sendable {
    case atDocumentStart = 0
    case atDocumentEnd = 1
}

@MainActor
open class WKUserScript: NSObject {
    public init(source: String, injectionTime: WKUserScriptInjectionTime, forMainFrameOnly: Bool, in contentWorld: WKContentWorld) {}
}

@MainActor
open class WKContentWorld: NSObject {
    open class func world(name: String) -> WKContentWorld { fatalError("only compiled") }
}

@MainActor
open class WKScriptMessage: NSObject {
    open var frameInfo: WKFrameInfo { fatalError("only compiled") }
}

@MainActor
open class WKFrameInfo: NSObject {
    open var isMainFrame: Bool { fatalError("only compiled") }
}

@MainActor
@objc public protocol WKScriptMessageHandler {
    func userContentController(_ userContentController: WKUserContentController, didReceive message: WKScriptMessage)
}
