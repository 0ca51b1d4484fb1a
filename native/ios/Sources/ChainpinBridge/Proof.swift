import Foundation

/// Whether each connection that carried a response was held, by what iOS reports of it once the response is there: nothing of it reaches
/// the page before, but the request was sent.
enum Proof: Equatable {
    case held
    /// A pooled connection, used after the policy that allowed it was replaced.
    case stale
    case unheld

    /// `allowed`: challenges of the task that the page has allowed.
    init(of transactions: [Transaction], allowed: Int, over lane: Lane) {
        let carriers = transactions.filter { $0.isCarrier }
        let opened = carriers.filter { !$0.isReused }.count
        let pooled = carriers.filter { $0.isReused }
        if carriers.isEmpty || opened > allowed || (!pooled.isEmpty && !lane.isApproved) || transactions.contains(where: { $0.isForeign }) {
            self = .unheld
        } else if let retired = lane.retired, pooled.contains(where: { $0.sent.map { $0 > retired } ?? true }) {
            self = .stale
        } else {
            self = .held
        }
    }

    /// One exchange of a task with the network.
    struct Transaction {
        /// Over a connection that was there before.
        let isReused: Bool
        /// It had a connection.
        let isCarrier: Bool
        /// A cache or the server's own initiative answered.
        let isForeign: Bool
        let sent: Date?
    }
}

extension Proof.Transaction {
    init(_ metrics: URLSessionTaskTransactionMetrics) {
        isReused = metrics.isReusedConnection
        isCarrier = isReused || metrics.secureConnectionStartDate != nil || metrics.requestStartDate != nil || metrics.responseStartDate != nil
        isForeign = metrics.resourceFetchType == .localCache || metrics.resourceFetchType == .serverPush
        sent = metrics.requestStartDate
    }
}
