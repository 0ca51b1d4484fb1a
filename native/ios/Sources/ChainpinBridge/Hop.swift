import Foundation

/// One request of a page, up to its response or a redirect, from which the next hop begins.
final class Hop: @unchecked Sendable {
    let page: FetchRequest
    let request: URLRequest
    let site: Site
    /// How many redirects led here.
    let count: Int
    var lane: Lane
    /// While iOS works on it.
    var task: URLSessionDataTask?

    var holds: [Held] = []
    /// Challenges of its task that the page has allowed.
    var allowed = 0
    var proof: Proof?

    var body = Data()
    var next: URLRequest?
    /// Why its task is about to fail. It counts only if the task does: iOS may try again over another connection.
    var failure: Failure?
    var isComplete = false

    var number: Int { page.number }

    init(of page: FetchRequest, _ request: URLRequest, to site: Site, over lane: Lane) {
        (self.page, self.request, self.site, self.lane, count) = (page, request, site, lane, 0)
    }

    init(after hop: Hop, _ request: URLRequest, to site: Site, over lane: Lane) {
        (page, self.request, self.site, self.lane, count) = (hop.page, request, site, lane, hop.count + 1)
    }

    enum Failure {
        case refused(Refusal, id: String?)
        case failed(FetchFailure, String)
    }
}

/// One `URLSession`, for one host and port: no connection serves two, since iOS would not ask for the second one.
final class Lane {
    let site: Site
    let session: URLSession
    /// Hops that wait for their turn, in order of arrival. iOS is given no more than it begins at once: it does not say which it has sent.
    var waiting: [Hop] = []
    var active = 0
    /// The page has allowed a connection of it.
    var isApproved = false
    var retired: Date?
    private(set) var lastUse = Date()

    /// As many connections as it may have over HTTP/1.1.
    static let mostAtOnce = 8

    init(_ site: Site, _ session: URLSession) {
        self.site = site
        self.session = session
    }

    var isIdle: Bool { active == 0 && waiting.isEmpty }

    /// The first hop opens a connection alone: others that began with it would share it, and bring no challenge of their own.
    func next() -> Hop? {
        guard !waiting.isEmpty, active < (isApproved ? Lane.mostAtOnce : 1) else { return nil }
        active += 1
        lastUse = Date()
        return waiting.removeFirst()
    }

    func takeWaiting() -> [Hop] {
        defer { waiting = [] }
        return waiting
    }

    func forget(_ hop: Hop) {
        waiting.removeAll { $0 === hop }
    }
}
