import Foundation
import Security

/// A gate with its sessions, over a network that the test plays. The gate's timers do not fire by themselves.
final class World: GatePlatform, @unchecked Sendable {
    let queue = DispatchQueue(label: "test.gate")
    private(set) var sent: [[String: Json.Value]] = []
    private var timers: [(at: Int, then: () -> Void)] = []
    private var gate: Gate!
    private var sessions: HeldSessions!
    private var session = ""

    init(isReal: Bool = false) {
        Network.shared.begin(isReal: isReal)
        gate = Gate(platform: self)
        sessions = HeldSessions(queue: queue, gate: gate)
        receive("{\"v\":1,\"type\":\"attach\",\"nonce\":\"n\",\"sequence\":1}")
        session = sent[0]["session"]!.text!
    }

    func receive(_ text: String) {
        queue.sync { gate.receive(Message.parse(text)) }
    }

    /// Of the session that is attached.
    func say(_ type: String, _ fields: String) {
        receive("{\"v\":1,\"type\":\"\(type)\",\"session\":\"\(session)\",\(fields)}")
    }

    func fetch(_ number: Int, _ url: String = "https://a.test/", method: String = "GET", headers: String = "[]", body: String? = nil, fresh: Bool = false) {
        let body = body.map { ",\"body\":\"\(Data($0.utf8).base64EncodedString())\"" } ?? ""
        say("fetch", "\"request\":\(number),\"url\":\"\(url)\",\"method\":\"\(method)\",\"headers\":\(headers),\"timeout\":600000,\"fresh\":\(fresh)\(body)")
    }

    /// Past the messages: what the gate would let through.
    func gateRuns(_ request: FetchRequest) {
        gate.receive(.read(.inSession(session, .fetch(request))))
    }

    func policy(_ sequence: Int) {
        say("policy", "\"sequence\":\(sequence)")
    }

    /// The task that was begun as the n-th, from 0.
    func task(_ n: Int) -> URLSessionTask {
        eventually { Network.shared.begun.count > n }
        return Network.shared.begun[n]
    }

    func holds() -> [[String: Json.Value]] {
        queue.sync { sent.filter { $0["type"]?.text == "hold" } }
    }

    /// Answers the hold that was sent as the n-th, from 0.
    func answer(_ n: Int, _ ok: Bool = true, sequence: Int = 1) {
        eventually { self.holds().count > n }
        let verdict = ok ? "\"outcome\":\"pinned\"" : "\"outcome\":\"rejected\",\"reason\":\"pin-mismatch\""
        say("answer", "\"id\":\"\(holds()[n]["id"]!.text!)\",\"sequence\":\(sequence),\"ok\":\(ok),\(verdict),\"message\":\"\"")
    }

    /// `200 text`, or the code of the failure.
    func result(_ number: Int) -> String {
        func found() -> [String: Json.Value]? {
            queue.sync { sent.first { ["response", "failure"].contains($0["type"]?.text) && $0["request"]?.count() == number } }
        }
        eventually { found() != nil }
        let message = found()!
        if let code = message["code"]?.text { return code }
        return "\(message["status"]!.count()!) \(String(decoding: Data(base64Encoded: message["body"]!.text!)!, as: UTF8.self))"
    }

    func field(_ name: String, of number: Int) -> Json.Value? {
        queue.sync { sent.first { ["response", "failure"].contains($0["type"]?.text) && $0["request"]?.count() == number }?[name] }
    }

    func notices() -> String {
        queue.sync { sent.filter { $0["type"]?.text == "notice" }.map { "\($0["code"]!.text!) \($0["host"]?.text ?? "")" }.joined(separator: ", ") }
    }

    /// A whole exchange that goes well: the task's connection is held and allowed. `asked`: which hold it is.
    func answered(_ task: URLSessionTask, _ text: String, asked: Int? = nil, report: [URLSessionTaskTransactionMetrics] = [.opened()], url: String? = nil) {
        if let asked = asked {
            let challenge = task.challenge(.asking(task))
            answer(asked)
            eventually { challenge.all == [.useCredential] }
        }
        task.receive(text, url: url)
        task.report(report)
        task.complete()
    }

    /// Until nothing is left to do on any queue.
    func settle() {
        for _ in 0..<20 {
            queue.sync {}
            Thread.sleep(forTimeInterval: 0.002)
        }
    }

    func send(_ text: String) {
        sent.append(Json.read(text)!.record!)
    }

    func random() -> String {
        String(format: "%032x", sent.count + 1)
    }

    func now() -> Int { 0 }

    func after(_ millis: Int, _ then: @escaping () -> Void) -> () -> Void {
        timers.append((millis, then))
        return {}
    }

    func drop() {
        sessions?.drop()
    }

    func enforce(_ pins: EnforcedPins) -> Bool { true }

    func start(_ request: FetchRequest) {
        sessions.start(request)
    }

    func cancel(_ request: Int) {
        sessions.cancel(request)
    }
}

func eventually(_ condition: @escaping () -> Bool, _ file: StaticString = #file, _ line: UInt = #line) {
    let until = Date() + 120
    while !condition() {
        precondition(Date() < until, "it has not happened within 120 s: \(file):\(line)")
        Thread.sleep(forTimeInterval: 0.002)
    }
}

extension URLProtectionSpace {
    /// As iOS asks for the host of a task.
    static func asking(_ task: URLSessionTask, host: String? = nil, port: Int? = nil, isProxy: Bool = false, distrust: String? = nil) -> URLProtectionSpace {
        let url = task.originalRequest!.url!
        let host = host ?? url.host!
        let trust = SecTrust(path: [Data([1]), Data([2])], host: host.lowercased(), distrust: distrust)
        return URLProtectionSpace(host: host, port: port ?? url.port ?? 443, trust: trust, isProxy: isProxy)
    }
}

extension URLSessionTaskTransactionMetrics {
    static func opened() -> URLSessionTaskTransactionMetrics {
        let metrics = URLSessionTaskTransactionMetrics()
        metrics.secureConnectionStartDate = Date()
        metrics.requestStartDate = Date()
        return metrics
    }

    static func reused(sent: Date = Date()) -> URLSessionTaskTransactionMetrics {
        let metrics = URLSessionTaskTransactionMetrics()
        metrics.isReusedConnection = true
        metrics.requestStartDate = sent
        return metrics
    }

    /// No connection came about.
    static func nothing() -> URLSessionTaskTransactionMetrics {
        URLSessionTaskTransactionMetrics()
    }

    static func cached() -> URLSessionTaskTransactionMetrics {
        let metrics = opened()
        metrics.resourceFetchType = .localCache
        return metrics
    }
}
