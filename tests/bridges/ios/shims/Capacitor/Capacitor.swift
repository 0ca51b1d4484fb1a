// What the plugin uses of Capacitor 8 and 9, with the signatures of its CAPPlugin.h, CAPBridgedPlugin.h, CAPPluginMethod.h, CAPPluginCall.swift,
// JSTypes.swift and CAPBridgeProtocol.swift.
import Foundation
import WebKit

public let CAPPluginReturnPromise = "promise"

public protocol CAPBridgeProtocol: AnyObject {
    var webView: WKWebView? { get }
}

@objc(CAPPlugin)
open class CAPPlugin: NSObject {
    public weak var bridge: (any CAPBridgeProtocol)?

    @objc open func load() {}

    open func notifyListeners(_ eventName: String, data: [String: Any]?) {}
}

@objc(CAPPluginMethod)
open class CAPPluginMethod: NSObject {
    public init(name: String, returnType: String!) {}
}

@objc(CAPBridgedPlugin)
public protocol CAPBridgedPlugin {
    var identifier: String { get }
    var jsName: String { get }
    var pluginMethods: [CAPPluginMethod] { get }
}

@objc(CAPPluginCall)
open class CAPPluginCall: NSObject {
    public func getString(_ key: String) -> String? { nil }

    public func resolve() {}

    public func reject(_ message: String, _ code: String? = nil, _ error: (any Error)? = nil, _ data: [String: Any]? = nil) {}
}
