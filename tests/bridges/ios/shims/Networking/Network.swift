// What happens to the tasks: as a test says, or over Linux's own URLSession.
import Foundation
import FoundationNetworking
import Security

public final class Network: @unchecked Sendable {
    public static let shared = Network()
    private let lock = NSLock()
    private var sessions: [URLSession] = []
    private var tasks: [URLSessionTask] = []
    private var really: Really?

    /// From now on nothing is left of before. `isReal`: requests go over Linux's URLSession.
    public func begin(isReal: Bool = false) {
        lock.withLock {
            (sessions, tasks) = ([], [])
            really = isReal ? Really() : nil
        }
    }

    public var openedSessions: [URLSession] { lock.withLock { sessions } }
    /// The tasks that were begun, in order.
    public var begun: [URLSessionTask] { lock.withLock { tasks } }

    func opened(_ session: URLSession) {
        lock.withLock { sessions.append(session) }
    }

    func began(_ task: URLSessionTask) {
        let really = lock.withLock {
            tasks.append(task)
            return self.really
        }
        really?.run(task)
    }

    func canceled(_ task: URLSessionTask) {
        task.complete(URLError(.cancelled))
    }
}

extension URLSessionTask {
    private var delegate: (any URLSessionDataDelegate)? { session.delegate as? any URLSessionDataDelegate }

    private func tell(_ what: @escaping @Sendable (any URLSessionDataDelegate) -> Void) {
        guard let delegate = delegate else { return }
        session.delegateQueue.addOperation { what(delegate) }
    }

    /// The handshake is done, and iOS asks. Returns what the answer comes to.
    public func challenge(_ space: URLProtectionSpace) -> Answer {
        let answer = Answer()
        let challenge = Once(URLAuthenticationChallenge(space))
        tell { delegate in
            delegate.urlSession(self.session, task: self, didReceive: challenge.value) { disposition, _ in answer.give(disposition) }
        }
        return answer
    }

    public func redirect(_ status: Int, to url: String, headers: [String: String] = [:]) {
        let response = HTTPURLResponse(url: originalRequest!.url!, statusCode: status, httpVersion: nil, headerFields: headers)!
        // What iOS would ask next: nobody should rely on its method and body.
        var next = URLRequest(url: URL(string: url)!)
        next.httpMethod = "IOS"
        let proposed = next
        tell { delegate in
            delegate.urlSession(self.session, task: self, willPerformHTTPRedirection: response, newRequest: proposed) { _ in }
        }
    }

    public func receive(_ text: String, status: Int = 200, headers: [String: String] = [:], url: String? = nil) {
        response = HTTPURLResponse(url: url.flatMap { URL(string: $0) } ?? originalRequest!.url!, statusCode: status, httpVersion: nil, headerFields: headers)
        guard let task = self as? URLSessionDataTask else { return }
        tell { delegate in delegate.urlSession(self.session, dataTask: task, didReceive: Data(text.utf8)) }
    }

    public func report(_ transactions: [URLSessionTaskTransactionMetrics]) {
        let metrics = URLSessionTaskMetrics(transactions)
        tell { delegate in delegate.urlSession(self.session, task: self, didFinishCollecting: metrics) }
    }

    public func complete(_ error: (any Error)? = nil) {
        guard end() else { return }
        tell { delegate in delegate.urlSession(self.session, task: self, didCompleteWithError: error) }
    }
}

public final class Answer: @unchecked Sendable {
    private let lock = NSLock()
    private var dispositions: [URLSession.AuthChallengeDisposition] = []

    fileprivate func give(_ disposition: URLSession.AuthChallengeDisposition) {
        lock.withLock { dispositions.append(disposition) }
    }

    /// One, or the test fails.
    public var all: [URLSession.AuthChallengeDisposition] { lock.withLock { dispositions } }
}

private struct Once<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

/// Linux's own URLSession: TLS by libcurl, with no challenge and no report of its connections.
private final class Really: NSObject, FoundationNetworking.URLSessionDataDelegate, @unchecked Sendable {
    private let lock = NSLock()
    private var tasks: [Int: URLSessionTask] = [:]
    private lazy var session = FoundationNetworking.URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)

    func run(_ task: URLSessionTask) {
        let real = session.dataTask(with: task.originalRequest!)
        lock.withLock { tasks[real.taskIdentifier] = task }
        real.resume()
    }

    func urlSession(_ session: FoundationNetworking.URLSession, dataTask: FoundationNetworking.URLSessionDataTask, didReceive data: Data) {
        ours(dataTask)?.receive(String(decoding: data, as: UTF8.self))
    }

    // Both would be passed on: that they never come is what is seen here.
    func urlSession(
        _ session: FoundationNetworking.URLSession, task: FoundationNetworking.URLSessionTask, didReceive challenge: FoundationNetworking.URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (FoundationNetworking.URLSession.AuthChallengeDisposition, FoundationNetworking.URLCredential?) -> Void
    ) {
        _ = ours(task)?.challenge(URLProtectionSpace(host: challenge.protectionSpace.host, port: challenge.protectionSpace.port, trust: nil))
        completionHandler(.performDefaultHandling, nil)
    }

    func urlSession(_ session: FoundationNetworking.URLSession, task: FoundationNetworking.URLSessionTask, didCompleteWithError error: (any Error)?) {
        ours(task)?.complete(error)
    }

    private func ours(_ task: FoundationNetworking.URLSessionTask) -> URLSessionTask? {
        lock.withLock { tasks[task.taskIdentifier] }
    }
}
