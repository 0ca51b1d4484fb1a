import Foundation

/// The page's requests, over `URLSession`s whose connections are held at their challenge until the page has answered.
///
/// There is one session for each host and port, so that no connection serves two hosts: iOS would not ask for the second one.
/// A session is used until the gate starts afresh; all of this runs on the gate's queue.
final class HeldSessions: NSObject {
    private let queue: DispatchQueue
    private unowned let gate: Gate
    private var sessions: [Site: URLSession] = [:]
    private var running: [Int: Running] = [:]
    /// Where trust is evaluated, which may wait for the network.
    private let evaluation = DispatchQueue(label: "chainpin.trust", attributes: .concurrent)

    init(queue: DispatchQueue, gate: Gate) {
        self.queue = queue
        self.gate = gate
    }

    /// Drops pooled connections and TLS sessions: running requests end in the old `URLSession`s, which take no new ones.
    func drop() {
        sessions.values.forEach { $0.finishTasksAndInvalidate() }
        sessions = [:]
    }

    func start(_ request: FetchRequest) {
        guard let url = URL(string: request.url) else { return finish(request.number, .failure(.requestInvalid, "no URL")) }
        var first = URLRequest(url: url)
        first.httpMethod = request.method.uppercased()
        first.httpBody = request.body.flatMap { Data(base64Encoded: $0) }
        for header in request.headers { first.addValue(header.value, forHTTPHeaderField: header.name) }
        let own = Running(request)
        running[request.number] = own
        send(first, own)
    }

    func cancel(_ request: Int) {
        guard let own = running.removeValue(forKey: request) else { return }
        own.held?.cancel()
        own.task?.cancel()
        own.end()
    }

    private func send(_ next: URLRequest, _ own: Running) {
        guard let url = next.url, let site = self.site(of: url) else { return finish(own.request.number, .failure(.network, "no https address")) }
        let session = own.request.fresh ? own.ownSession(newSession()) : sessions[site] ?? newSession()
        if !own.request.fresh { sessions[site] = session }
        own.body = Data()
        let task = session.dataTask(with: next)
        task.taskDescription = String(own.request.number)
        own.task = task
        task.resume()
    }

    private func newSession() -> URLSession {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.urlCredentialStorage = nil
        configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
        // The gate keeps the time.
        configuration.timeoutIntervalForRequest = 660
        let delegateQueue = OperationQueue()
        delegateQueue.underlyingQueue = queue
        delegateQueue.maxConcurrentOperationCount = 1
        return URLSession(configuration: configuration, delegate: self, delegateQueue: delegateQueue)
    }

    private func site(of url: URL) -> Site? {
        guard url.scheme?.lowercased() == "https", let host = url.host?.lowercased() else { return nil }
        return Site(host: host, port: url.port ?? 443)
    }

    private func own(_ task: URLSessionTask) -> Running? {
        guard let number = task.taskDescription.flatMap(Int.init), let own = running[number], own.task === task else { return nil }
        return own
    }

    private func finish(_ request: Int, _ end: End) {
        running.removeValue(forKey: request)?.end()
        switch end {
        case .response(let response): gate.respond(request, response)
        case .refused(let code, let id): gate.fail(request, code.rawValue, "the connection was refused: \(code.rawValue)", held: id)
        case .failure(let code, let message): gate.fail(request, code.rawValue, message)
        }
    }

    private enum End {
        case response(FetchResponse)
        case refused(Refusal, id: String?)
        case failure(FetchFailure, String)
    }

    private final class Running {
        let request: FetchRequest
        var task: URLSessionTask?
        var held: Held?
        var body = Data()
        var hops = 0
        /// Why its task is about to fail, where that is known.
        var reason: End?
        private var sessions: [URLSession] = []

        init(_ request: FetchRequest) {
            self.request = request
        }

        func ownSession(_ session: URLSession) -> URLSession {
            sessions.append(session)
            return session
        }

        func end() {
            sessions.forEach { $0.invalidateAndCancel() }
        }
    }

    private static let mostRedirects = 20
}

extension HeldSessions: URLSessionDataDelegate {
    // The challenge comes after the handshake and before the first byte. Of the two methods that iOS may call this is the one that names the
    // task; so the session's own, `urlSession(_:didReceive:completionHandler:)`, must not exist.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        let space = challenge.protectionSpace
        guard space.authenticationMethod == NSURLAuthenticationMethodServerTrust else { return completionHandler(.performDefaultHandling, nil) }
        guard let trust = space.serverTrust, let own = self.own(task) else { return completionHandler(.cancelAuthenticationChallenge, nil) }
        let site = Site(host: space.host.lowercased(), port: space.port)
        evaluation.async { [weak self] in
            let path = ServerTrust.path(of: trust, host: site.host)
            self?.queue.async {
                guard let self = self, self.own(task) === own else { return completionHandler(.cancelAuthenticationChallenge, nil) }
                switch path {
                case .failure(let distrust):
                    own.reason = .failure(.untrusted, distrust.why)
                    completionHandler(.cancelAuthenticationChallenge, nil)
                case .success(let chain):
                    self.hold(site, chain, own) { goesOn in
                        if goesOn {
                            completionHandler(.useCredential, URLCredential(trust: trust))
                        } else {
                            completionHandler(.cancelAuthenticationChallenge, nil)
                        }
                    }
                }
            }
        }
    }

    private func hold(_ site: Site, _ chain: [Data], _ own: Running, _ goesOn: @escaping (Bool) -> Void) {
        let connection = NSObject()
        let number = own.request.fresh ? own.request.number : nil
        var decided: Decision?
        let held = gate.open(
            HeldConnection(connection: connection, site: site, chain: chain, source: "validated", anchor: .unknown, request: number)
        ) { [weak self] decision in
            decided = decision
            if case .refused(let code) = decision { own.reason = .refused(code, id: own.held?.id) }
            // iOS asks once for a connection, so nobody will look for this verdict again.
            if decision == .goOn { self?.queue.async { self?.gate.closed(connection) } }
            goesOn(decision == .goOn)
        }
        if decided == nil { own.held = held }
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        // Not by itself: the next host needs a session of its own. `task` now ends with the redirect, and `own` goes on with the next one.
        completionHandler(nil)
        guard let own = self.own(task) else { return }
        own.hops += 1
        guard let next = Redirect.next(request, after: task.originalRequest) else {
            return end(own, .failure(.network, "a redirect to what is no https address"))
        }
        if own.hops > HeldSessions.mostRedirects { return end(own, .failure(.network, "more than \(HeldSessions.mostRedirects) redirects")) }
        own.held = nil
        send(next, own)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let own = self.own(dataTask) else { return }
        own.body.append(data)
        if own.body.count > Gate.mostBodyBytes {
            end(own, .failure(.bodyTooLarge, "the response has more than \(Gate.mostBodyBytes) bytes"))
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        guard let own = self.own(task) else { return }
        if let reason = own.reason { return finish(own.request.number, reason) }
        if let error = error { return finish(own.request.number, .failure(Self.isDistrust(error) ? .untrusted : .network, error.localizedDescription)) }
        guard let response = task.response as? HTTPURLResponse, let url = response.url else {
            return finish(own.request.number, .failure(.network, "no response"))
        }
        let headers = response.allHeaderFields.compactMap { name, value in (name as? String).map { Header(name: $0, value: String(describing: value)) } }
        guard (200...599).contains(response.statusCode), Message.isUrl(url.absoluteString), headers.count <= Message.mostHeaders, headers.allSatisfy({ Message.isHeader($0.name, $0.value) }) else {
            return finish(own.request.number, .failure(.network, "a response that cannot be passed on: status \(response.statusCode), \(headers.count) headers"))
        }
        // URLSession does not tell the server's words for the status.
        finish(own.request.number, .response(FetchResponse(url: url.absoluteString, status: response.statusCode, statusText: "", headers: headers, body: own.body)))
    }

    private func end(_ own: Running, _ end: End) {
        own.task?.cancel()
        finish(own.request.number, end)
    }

    private static func isDistrust(_ error: Error) -> Bool {
        guard let code = (error as? URLError)?.code else { return false }
        let distrust: [URLError.Code] = [
            .serverCertificateHasBadDate, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
        ]
        return distrust.contains(code)
    }
}
