import Foundation
import Security

/// The page's requests, over `URLSession`s whose connections are held at their challenge until the page has answered.
///
/// A response counts only if each connection that carried it was held: iOS brings no challenge where it resumes a TLS session, so its own
/// report of the connections decides (`Proof`). All of this runs on the gate's queue.
final class HeldSessions: NSObject, @unchecked Sendable {
    private let queue: DispatchQueue
    private unowned let gate: Gate
    private var lanes: [Site: Lane] = [:]
    /// The page's requests, each with the hop that it has come to.
    private var running: [Int: Hop] = [:]
    /// The hops that a `URLSession` works on.
    private var hops: [ObjectIdentifier: Hop] = [:]
    /// Where trust is evaluated, which may wait for the network, and bodies are encoded.
    private let background = DispatchQueue(label: "chainpin.background", attributes: .concurrent)

    init(queue: DispatchQueue, gate: Gate) {
        self.queue = queue
        self.gate = gate
    }

    func start(_ request: FetchRequest) {
        guard let url = Address.url(of: request.url), let site = Address.site(of: url) else {
            return gate.fail(request.number, FetchFailure.requestInvalid.rawValue, "iOS cannot read the address")
        }
        var first = URLRequest(url: url)
        if let body = request.body {
            guard let bytes = Data(base64Encoded: body) else {
                return gate.fail(request.number, FetchFailure.requestInvalid.rawValue, "the body is not base64")
            }
            first.httpBody = bytes
        }
        first.httpMethod = request.method.uppercased()
        first.timeoutInterval = HeldSessions.longestSilence
        for header in request.headers { first.addValue(header.value, forHTTPHeaderField: header.name) }
        send(Hop(of: request, first, to: site, over: lane(of: site, for: request)))
    }

    func cancel(_ request: Int) {
        if let hop = running[request] { stop(hop) }
    }

    /// Drops pooled connections and TLS sessions. What iOS has been given ends in the old `URLSession`s; what waits for its turn goes over new ones.
    func drop() {
        let old = Array(lanes.values)
        lanes = [:]
        old.forEach(retire)
    }

    private func send(_ hop: Hop) {
        running[hop.number] = hop
        hop.lane.waiting.append(hop)
        fill(hop.lane)
    }

    private func fill(_ lane: Lane) {
        while let hop = lane.next() {
            let task = lane.session.dataTask(with: hop.request)
            hop.task = task
            hops[ObjectIdentifier(task)] = hop
            task.resume()
        }
    }

    private func lane(of site: Site, for request: FetchRequest) -> Lane {
        if request.fresh { return Lane(site, newSession()) }
        if let lane = lanes[site] { return lane }
        let lane = Lane(site, newSession())
        lanes[site] = lane
        if lanes.count > HeldSessions.mostLanes, let idle = lanes.values.filter({ $0.isIdle && $0 !== lane }).min(by: { $0.lastUse < $1.lastUse }) {
            lanes[idle.site] = nil
            retire(idle)
        }
        return lane
    }

    /// It takes no more requests, and ends when those that it has have ended.
    private func retire(_ lane: Lane) {
        lane.retired = Date()
        lane.session.finishTasksAndInvalidate()
        moveOn(from: lane)
    }

    private func moveOn(from lane: Lane) {
        for hop in lane.takeWaiting() {
            hop.lane = self.lane(of: hop.site, for: hop.page)
            send(hop)
        }
    }

    private func newSession() -> URLSession {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.urlCredentialStorage = nil
        configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
        configuration.httpMaximumConnectionsPerHost = Lane.mostAtOnce
        configuration.timeoutIntervalForRequest = HeldSessions.longestSilence
        let delegateQueue = OperationQueue()
        delegateQueue.underlyingQueue = queue
        delegateQueue.maxConcurrentOperationCount = 1
        return URLSession(configuration: configuration, delegate: self, delegateQueue: delegateQueue)
    }

    /// Whether the page still waits for it.
    private func isCurrent(_ hop: Hop) -> Bool {
        running[hop.number] === hop
    }

    /// Nobody waits for it any more; its task, if iOS has one, ends later.
    private func stop(_ hop: Hop) {
        running[hop.number] = nil
        hop.holds.forEach { $0.cancel() }
        hop.task?.cancel()
        hop.lane.forget(hop)
        if hop.page.fresh { hop.lane.session.invalidateAndCancel() }
    }

    private func fail(_ hop: Hop, _ failure: Hop.Failure) {
        guard isCurrent(hop) else { return }
        stop(hop)
        switch failure {
        case .refused(let code, let id): gate.fail(hop.number, code.rawValue, "the connection was refused: \(code.rawValue)", held: id)
        case .failed(let code, let message): gate.fail(hop.number, code.rawValue, message)
        }
    }

    private static let mostRedirects = 20
    /// Open hosts; more are closed while nothing uses them.
    private static let mostLanes = 32
    /// Seconds. The gate keeps the time, for 600 s at most.
    private static let longestSilence: TimeInterval = 660
    /// Seconds for iOS to report its connections, after a response.
    private static let patience = 2.0
}

// The connection: held, or refused.
extension HeldSessions: URLSessionDataDelegate {
    // The challenge comes after the handshake and before the first byte. Of the two methods that iOS may call this is the one that names the
    // task; so the session's own, `urlSession(_:didReceive:completionHandler:)`, must not exist.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        let space = challenge.protectionSpace
        guard space.authenticationMethod == NSURLAuthenticationMethodServerTrust else { return completionHandler(.performDefaultHandling, nil) }
        guard let hop = hops[ObjectIdentifier(task)], isCurrent(hop), let trust = space.serverTrust else {
            return completionHandler(.cancelAuthenticationChallenge, nil)
        }
        let site = Site(host: space.host.lowercased(), port: space.port)
        guard !space.isProxy(), site.isSame(as: hop.site) else {
            hop.failure = .failed(.untrusted, "a certificate for \(site.host):\(site.port), where \(hop.site.host):\(hop.site.port) was asked for")
            return completionHandler(.cancelAuthenticationChallenge, nil)
        }
        let asked = Asked(trust: trust, answer: completionHandler)
        background.async {
            let path = ServerTrust.path(of: asked.trust, host: site.host)
            self.queue.async { self.hold(hop, site, path, asked) }
        }
    }

    private func hold(_ hop: Hop, _ site: Site, _ path: Result<[Data], Distrust>, _ asked: Asked) {
        guard isCurrent(hop) else { return asked.refuse() }
        switch path {
        case .failure(let distrust):
            hop.failure = .failed(.untrusted, distrust.why)
            asked.refuse()
        case .success(let chain):
            hold(hop, site, chain, asked)
        }
    }

    private func hold(_ hop: Hop, _ site: Site, _ chain: [Data], _ asked: Asked) {
        let connection = Connection()
        let request = hop.page.fresh ? hop.number : nil
        let question = HeldConnection(connection: connection, site: site, chain: chain, source: "validated", anchor: .unknown, request: request)
        var id: String?
        let held = gate.open(question) { decision in
            switch decision {
            case .goOn:
                hop.allowed += 1
                hop.lane.isApproved = true
                asked.goOn()
                // iOS asks once for a connection, so nobody will look for this verdict again.
                self.queue.async {
                    self.gate.closed(connection)
                    self.fill(hop.lane)
                }
            case .refused(let code):
                hop.failure = .refused(code, id: id)
                asked.refuse()
            }
        }
        id = held.id
        hop.holds.append(held)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics) {
        guard let hop = hops[ObjectIdentifier(task)] else { return }
        hop.proof = Proof(of: metrics.transactionMetrics.map(Proof.Transaction.init), allowed: hop.allowed, over: hop.lane)
        if hop.isComplete { conclude(hop) }
    }

    // What comes back.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // Not by itself: the next host needs a session of its own, and this hop its proof.
        completionHandler(nil)
        guard let hop = hops[ObjectIdentifier(task)] else { return }
        if hop.count >= HeldSessions.mostRedirects {
            hop.failure = .failed(.network, "more than \(HeldSessions.mostRedirects) redirects")
        } else if let next = Redirect.next(after: hop.request, status: response.statusCode, to: request.url) {
            hop.next = next
        } else {
            hop.failure = .failed(.network, "a redirect to what is no https address")
        }
        task.cancel()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let hop = hops[ObjectIdentifier(dataTask)], isCurrent(hop), hop.next == nil else { return }
        hop.body.append(data)
        if hop.body.count > Gate.mostBodyBytes { fail(hop, .failed(.bodyTooLarge, "the response has more than \(Gate.mostBodyBytes) bytes")) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let hop = hops[ObjectIdentifier(task)] else { return }
        hop.isComplete = true
        if let error = error, hop.next == nil {
            fail(hop, hop.failure ?? .failed(HeldSessions.isDistrust(error) ? .untrusted : .network, error.localizedDescription))
        }
        if hop.proof != nil || !isCurrent(hop) { return conclude(hop) }
        queue.asyncAfter(deadline: .now() + HeldSessions.patience) { if hop.task != nil { self.conclude(hop) } }
    }

    /// iOS has no more to say of it.
    private func conclude(_ hop: Hop) {
        guard let task = hop.task else { return }
        hops[ObjectIdentifier(task)] = nil
        hop.task = nil
        hop.lane.active -= 1
        fill(hop.lane)
        guard isCurrent(hop) else { return }
        switch hop.proof ?? .unheld {
        case .held: goOn(hop, task)
        case .stale: fail(hop, .failed(.network, "it was sent over a connection of an older policy"))
        case .unheld: reject(hop)
        }
    }

    private func goOn(_ hop: Hop, _ task: URLSessionTask) {
        guard let next = hop.next else { return respond(hop, task.response as? HTTPURLResponse) }
        guard let site = next.url.flatMap(Address.site) else { return fail(hop, .failed(.network, "no https address")) }
        if hop.page.fresh { hop.lane.session.invalidateAndCancel() }
        send(Hop(after: hop, next, to: site, over: lane(of: site, for: hop.page)))
    }

    /// It came over a connection that nobody was asked about. What is left of that connection ends at once, with all else in its session.
    private func reject(_ hop: Hop) {
        let lane = hop.lane
        if lanes[lane.site] === lane { lanes[lane.site] = nil }
        lane.session.invalidateAndCancel()
        moveOn(from: lane)
        // Without a certificate it is refused at once, and told.
        let unseen = HeldConnection(connection: Connection(), site: hop.site, chain: [], source: "validated", anchor: .unknown, request: nil)
        _ = gate.open(unseen) { decision in
            guard case .refused(let code) = decision else { preconditionFailure("a connection without a certificate was allowed") }
            self.fail(hop, .refused(code, id: nil))
        }
    }

    private func respond(_ hop: Hop, _ response: HTTPURLResponse?) {
        guard let response = response, let url = response.url.map(Address.text) else { return fail(hop, .failed(.network, "no response")) }
        let headers = response.allHeaderFields.compactMap { name, value in (name as? String).map { Header(name: $0, value: String(describing: value)) } }
        let status = response.statusCode
        guard (200...599).contains(status), Message.isUrl(url), headers.count <= Message.mostHeaders,
              headers.allSatisfy({ Message.isHeader($0.name, $0.value) }) else {
            return fail(hop, .failed(.network, "a response that cannot be passed on: status \(status), \(headers.count) headers"))
        }
        let body = hop.body
        background.async {
            // URLSession does not tell the server's words for the status.
            let response = FetchResponse(url: url, status: status, statusText: "", headers: headers, body: body.base64EncodedString())
            self.queue.async {
                guard self.isCurrent(hop) else { return }
                self.stop(hop)
                self.gate.respond(hop.number, response)
            }
        }
    }

    private static func isDistrust(_ error: any Error) -> Bool {
        guard let code = (error as? URLError)?.code else { return false }
        let distrust: [URLError.Code] = [
            .serverCertificateHasBadDate, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
        ]
        return distrust.contains(code)
    }
}

/// Which connection: iOS does not say, so each challenge is one.
private final class Connection: Sendable {}

/// A challenge that waits for its answer, which may come from another thread.
private struct Asked: @unchecked Sendable {
    let trust: SecTrust
    let answer: @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void

    func goOn() {
        answer(.useCredential, URLCredential(trust: trust))
    }

    func refuse() {
        answer(.cancelAuthenticationChallenge, nil)
    }
}
