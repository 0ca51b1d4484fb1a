// Apple's URLSession, as far as the bridge uses it, with Apple's signatures. That of Linux has no challenge for server trust and reports no
// connections. A test plays the network: what a task gets is said by `Network`. All else (URLRequest, HTTPURLResponse, …) is that of Linux.
@_exported import class FoundationNetworking.HTTPCookieStorage
@_exported import class FoundationNetworking.HTTPURLResponse
@_exported import class FoundationNetworking.URLCache
@_exported import class FoundationNetworking.URLCredentialStorage
@_exported import class FoundationNetworking.URLResponse
@_exported import struct FoundationNetworking.URLRequest
import Foundation
import Security

public let NSURLAuthenticationMethodServerTrust = "NSURLAuthenticationMethodServerTrust"
public let NSURLAuthenticationMethodHTTPBasic = "NSURLAuthenticationMethodHTTPBasic"

open class URLSession: NSObject, @unchecked Sendable {
    public enum AuthChallengeDisposition: Int, Sendable {
        case useCredential, performDefaultHandling, cancelAuthenticationChallenge, rejectProtectionSpace
    }

    public let configuration: URLSessionConfiguration
    public let delegate: (any URLSessionDelegate)?
    public let delegateQueue: OperationQueue
    private let lock = NSLock()
    private var tasks: [URLSessionDataTask] = []
    private var isInvalid = false

    public init(configuration: URLSessionConfiguration, delegate: (any URLSessionDelegate)?, delegateQueue queue: OperationQueue?) {
        self.configuration = configuration
        self.delegate = delegate
        delegateQueue = queue ?? OperationQueue()
        super.init()
        Network.shared.opened(self)
    }

    open func dataTask(with request: URLRequest) -> URLSessionDataTask {
        let task = URLSessionDataTask(request, of: self)
        lock.lock()
        defer { lock.unlock() }
        precondition(!isInvalid, "as on iOS: a task was created in a session that has been invalidated")
        tasks.append(task)
        return task
    }

    open func finishTasksAndInvalidate() {
        lock.lock()
        defer { lock.unlock() }
        isInvalid = true
    }

    open func invalidateAndCancel() {
        finishTasksAndInvalidate()
        tasks.forEach { $0.cancel() }
    }

    public var wasInvalidated: Bool {
        lock.lock()
        defer { lock.unlock() }
        return isInvalid
    }
}

open class URLSessionConfiguration: NSObject, @unchecked Sendable {
    open class var ephemeral: URLSessionConfiguration { URLSessionConfiguration() }
    open var urlCache: URLCache?
    open var httpCookieStorage: HTTPCookieStorage?
    open var httpShouldSetCookies = true
    open var urlCredentialStorage: URLCredentialStorage?
    open var tlsMinimumSupportedProtocolVersion: tls_protocol_version_t = .TLSv12
    open var httpMaximumConnectionsPerHost = 6
    open var timeoutIntervalForRequest: TimeInterval = 60
}

public protocol URLSessionDelegate: NSObjectProtocol, Sendable {}

// Each method is optional in Objective-C; `Network` calls those that are there.
public protocol URLSessionTaskDelegate: URLSessionDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void)
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void)
    func urlSession(_ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics)
    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?)
}

public protocol URLSessionDataDelegate: URLSessionTaskDelegate {
    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data)
}

open class URLSessionTask: NSObject, @unchecked Sendable {
    public let originalRequest: URLRequest?
    public internal(set) var response: URLResponse?
    let session: URLSession
    public var owner: URLSession { session }
    private let lock = NSLock()
    private var canceled = false
    private var ended = false

    init(_ request: URLRequest, of session: URLSession) {
        originalRequest = request
        self.session = session
    }

    open func resume() {
        Network.shared.began(self)
    }

    open func cancel() {
        lock.lock()
        canceled = true
        lock.unlock()
        Network.shared.canceled(self)
    }

    public var isCanceled: Bool {
        lock.lock()
        defer { lock.unlock() }
        return canceled
    }

    /// Whether this ended it: a task ends once.
    func end() -> Bool {
        lock.lock()
        defer { lock.unlock() }
        defer { ended = true }
        return !ended
    }
}

open class URLSessionDataTask: URLSessionTask, @unchecked Sendable {}

open class URLSessionTaskMetrics: NSObject, @unchecked Sendable {
    public enum ResourceFetchType: Int, Sendable {
        case unknown, networkLoad, serverPush, localCache
    }

    public let transactionMetrics: [URLSessionTaskTransactionMetrics]

    public init(_ transactions: [URLSessionTaskTransactionMetrics]) {
        transactionMetrics = transactions
    }
}

open class URLSessionTaskTransactionMetrics: NSObject, @unchecked Sendable {
    open var isReusedConnection = false
    open var resourceFetchType: URLSessionTaskMetrics.ResourceFetchType = .networkLoad
    open var secureConnectionStartDate: Date?
    open var requestStartDate: Date?
    open var responseStartDate: Date?
}

open class URLAuthenticationChallenge: NSObject {
    public let protectionSpace: URLProtectionSpace

    public init(_ space: URLProtectionSpace) {
        protectionSpace = space
    }
}

open class URLProtectionSpace: NSObject {
    public let host: String
    public let port: Int
    public let authenticationMethod: String
    public let serverTrust: SecTrust?
    private let proxy: Bool

    public init(host: String, port: Int, method: String = NSURLAuthenticationMethodServerTrust, trust: SecTrust?, isProxy: Bool = false) {
        (self.host, self.port, authenticationMethod, serverTrust, proxy) = (host, port, method, trust, isProxy)
    }

    override open func isProxy() -> Bool {
        proxy
    }
}

open class URLCredential: NSObject, @unchecked Sendable {
    public init(trust: SecTrust) {}
}
