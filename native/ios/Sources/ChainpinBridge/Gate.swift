import Foundation

/// The native side of the bridge, as one state machine without a platform. The contract is docs/bridge.md of chainpin; `js/bridge/gate.ts`
/// and `Gate.kt` are its mirrors. It decides about one call after the other, on one queue, and never waits.
final class Gate {
    static let defaultDeadline = 5_000

    /// An app that opens more at once has a fault; and each may hold 256 KiB.
    static let mostPending = 1_000
    static let mostRunning = 1_000
    static let mostCertificates = 16
    static let mostChainBytes = 256 << 10
    static let mostBodyBytes = 16 << 20

    private unowned let platform: GatePlatform
    private let deadline: Int
    private var enforced: Int
    private var session: String?
    private var epoch = 0
    private var lastRequest = 0
    private var pending: [String: Pending] = [:]
    /// The ids of `pending`, in order of arrival.
    private var order: [String] = []
    /// What was allowed, since the gate last started afresh. It keeps the connections, so that no other gets the identifier of one.
    private var allowed: [ObjectIdentifier: Allowed] = [:]
    /// Running requests, in order of arrival, with what stops their timers.
    private var running: [(number: Int, stop: () -> Void)] = []

    /// `deadline`: how long a connection waits for its verdict, 100 to 60,000 ms. `enforced`: the sequence of the pins that are enforced already.
    init(platform: GatePlatform, deadline: Int = Gate.defaultDeadline, enforced: Int = 0) {
        precondition((100...60_000).contains(deadline), "the deadline must be 100 to 60,000 ms, got \(deadline)")
        self.platform = platform
        self.deadline = deadline
        self.enforced = enforced
    }

    /// Asks whether a connection may be used. `decide` is called once, before this returns or later.
    func open(_ held: HeldConnection, decide: @escaping (Decision) -> Void) -> Held {
        guard let session = session else { return refuseAtOnce(.notAttached, held, decide) }
        if allowed[ObjectIdentifier(held.connection)]?.sites.contains(held.site) == true {
            decide(.goOn)
            return Held.none
        }
        let bytes = held.chain.reduce(0) { $0 + $1.count }
        if held.chain.isEmpty || held.chain.count > Gate.mostCertificates || bytes > Gate.mostChainBytes {
            return refuseAtOnce(.chainInvalid, held, decide)
        }
        if pending.count >= Gate.mostPending { return refuseAtOnce(.tooMany, held, decide) }

        let id = platform.random()
        let until = platform.now() + deadline
        let stop = platform.after(deadline) { [weak self] in self?.refuse(id, .deadline) }
        pending[id] = Pending(connection: held.connection, site: held.site, until: until, stop: stop, decide: decide)
        order.append(id)
        platform.send(ToPage.hold(session: session, id: id, held: held))
        return Held(id: id) { [weak self] in self?.refuse(id, .closed) }
    }

    /// A connection has closed: nobody waits for its verdicts, and they are forgotten.
    func closed(_ connection: AnyObject) {
        for id in order where pending[id]?.connection === connection { refuse(id, .closed) }
        allowed[ObjectIdentifier(connection)] = nil
    }

    /// The page has closed, reloaded or navigated, or its process or runtime has ended.
    func pageClosed() {
        if session != nil { endSession(.pageClosed) }
    }

    /// A message of the app's own main frame. It is parsed elsewhere: that of 16 MiB takes longer than a decision may.
    func receive(_ message: Message.Parsed) {
        switch message {
        case .faulty(let fault, let session, let id):
            if let session = session, session == self.session, let id = id, pending[id] != nil {
                refuse(id, fault)
            } else {
                notice(fault.rawValue)
            }
        case .read(.attach(let nonce, let sequence)):
            attach(nonce, sequence)
        case .read(.inSession(let session, let message)):
            if session == self.session {
                receive(message, session)
            } else {
                notice("wrong-session")
            }
        }
    }

    private func receive(_ message: Message.InSession, _ session: String) {
        switch message {
        case .answer(let id, let sequence, let ok): answer(id, sequence, ok)
        case .policy(let sequence): changePolicy(sequence)
        case .push(let pins): push(pins, session)
        case .fetch(let request): fetch(request, session)
        case .abort(let request): abort(request, .aborted, "aborted by the app")
        case .detach: endSession(.pageClosed)
        }
    }

    /// A request has ended with a response.
    func respond(_ request: Int, _ response: FetchResponse) {
        if response.bodyBytes > Gate.mostBodyBytes {
            return fail(request, FetchFailure.bodyTooLarge.rawValue, "the response has more than \(Gate.mostBodyBytes) bytes")
        }
        guard let session = session, end(request) else { return }
        platform.send(ToPage.response(session: session, request: request, response: response))
    }

    /// A request has ended without one. `code`: a `Refusal`'s or a `FetchFailure`'s; `held`: the id of the hold whose refusal is why.
    func fail(_ request: Int, _ code: String, _ message: String, held: String? = nil) {
        guard let session = session, end(request) else { return }
        platform.send(ToPage.failure(session: session, request: request, code: code, id: held, message: message))
    }

    private func attach(_ nonce: String, _ sequence: Int) {
        if sequence < epoch {
            return platform.send(ToPage.attached(session: nil, nonce: nonce, code: Refusal.wrongSequence.rawValue))
        }
        if session == nil { startAfresh() } else { endSession(.superseded) }
        epoch = sequence
        lastRequest = 0
        let session = platform.random()
        self.session = session
        platform.send(ToPage.attached(session: session, nonce: nonce, code: nil))
    }

    private func answer(_ id: String, _ sequence: Int, _ ok: Bool) {
        guard let waiting = pending[id] else { return notice("unknown-id", id: id) }
        // A timer may fire late; the clock does not.
        if platform.now() >= waiting.until { return refuse(id, .deadline) }
        if sequence != epoch { return refuse(id, .wrongSequence) }
        if !ok { return refuse(id, .rejected) }
        take(id)
        allowed[ObjectIdentifier(waiting.connection), default: Allowed(connection: waiting.connection)].sites.insert(waiting.site)
        waiting.decide(.goOn)
    }

    private func changePolicy(_ sequence: Int) {
        if sequence < epoch { return notice(Refusal.wrongSequence.rawValue) }
        epoch = sequence
        refuseAll(.policyChanged)
        startAfresh()
    }

    private func push(_ pins: EnforcedPins, _ session: String) {
        var code: String?
        if pins.sequence != epoch || pins.sequence < enforced {
            code = Refusal.wrongSequence.rawValue
        } else if !platform.enforce(pins) {
            code = "store-failed"
        } else {
            enforced = pins.sequence
            startAfresh()
        }
        platform.send(ToPage.pushed(session: session, sequence: pins.sequence, code: code))
    }

    private func fetch(_ request: FetchRequest, _ session: String) {
        if request.number <= lastRequest { return notice(Refusal.protocolBroken.rawValue) }
        lastRequest = request.number
        if running.count >= Gate.mostRunning {
            let why = "\(Gate.mostRunning) requests are running already"
            return platform.send(ToPage.failure(session: session, request: request.number, code: Refusal.tooMany.rawValue, id: nil, message: why))
        }
        if request.isInvalid {
            let code = FetchFailure.requestInvalid.rawValue
            return platform.send(ToPage.failure(session: session, request: request.number, code: code, id: nil, message: Gate.whyInvalid))
        }
        let stop = platform.after(request.timeout) { [weak self] in
            self?.abort(request.number, .timeout, "not done within \(request.timeout) ms")
        }
        running.append((request.number, stop))
        platform.start(request)
    }

    private func abort(_ request: Int, _ code: FetchFailure, _ message: String) {
        guard running.contains(where: { $0.number == request }) else { return }
        platform.cancel(request)
        fail(request, code.rawValue, message)
    }

    /// Whether a request was running; it is not any more.
    private func end(_ request: Int) -> Bool {
        guard let index = running.firstIndex(where: { $0.number == request }) else { return false }
        running.remove(at: index).stop()
        return true
    }

    private func endSession(_ code: Refusal) {
        session = nil
        refuseAll(code)
        for request in running.map({ $0.number }) where end(request) { platform.cancel(request) }
        startAfresh()
    }

    private func startAfresh() {
        allowed.removeAll()
        platform.drop()
    }

    private func refuseAll(_ code: Refusal) {
        for id in order { refuse(id, code) }
    }

    private func refuse(_ id: String, _ code: Refusal) {
        guard let waiting = take(id) else { return }
        waiting.decide(.refused(code))
        if code.isTold { notice(code.rawValue, id: id, host: waiting.site.host) }
    }

    private func refuseAtOnce(_ code: Refusal, _ held: HeldConnection, _ decide: (Decision) -> Void) -> Held {
        decide(.refused(code))
        if code.isTold { notice(code.rawValue, host: held.site.host) }
        return Held.none
    }

    @discardableResult
    private func take(_ id: String) -> Pending? {
        guard let waiting = pending.removeValue(forKey: id) else { return nil }
        order.removeAll { $0 == id }
        waiting.stop()
        return waiting
    }

    private func notice(_ code: String, id: String? = nil, host: String? = nil) {
        guard let session = session else { return }
        platform.send(ToPage.notice(session: session, code: code, id: id, host: host))
    }

    private struct Pending {
        let connection: AnyObject
        let site: Site
        let until: Int
        let stop: () -> Void
        let decide: (Decision) -> Void
    }

    private struct Allowed {
        let connection: AnyObject
        var sites: Set<Site> = []
    }

    private static let whyInvalid = "a body with GET or HEAD, a user in the URL, or a header that native sets"
}
