import Foundation
import Security

/// The page's requests over sessions whose connections are held. No response without a challenge that was answered.
enum Requests {
    static func run() {
        connections()
        challenges()
        redirects()
        policies()
        contents()
    }

    private static func connections() {
        row("held, and allowed", "200 hello") { world in
            world.fetch(1)
            world.answered(world.task(0), "hello", asked: 0)
            return world.result(1)
        }
        row("a resumed connection: no challenge", "chain-invalid; told: chain-invalid a.test; session closed: true") { world in
            world.fetch(1)
            world.answered(world.task(0), "forged")
            return "\(world.result(1)); told: \(world.notices()); session closed: \(Network.shared.openedSessions[0].wasInvalidated)"
        }
        row("no challenge, and no report of the connections", "chain-invalid") { world in
            world.fetch(1)
            let task = world.task(0)
            task.receive("forged")
            task.complete()
            return world.result(1)
        }
        row("no challenge, and a report of no connection", "chain-invalid") { world in
            world.fetch(1)
            world.answered(world.task(0), "forged", report: [.nothing()])
            return world.result(1)
        }
        row("no challenge, a pooled connection that nobody was asked about", "chain-invalid") { world in
            world.fetch(1)
            world.answered(world.task(0), "forged", report: [.reused()])
            return world.result(1)
        }
        row("an answer out of a cache", "chain-invalid") { world in
            world.fetch(1)
            world.answered(world.task(0), "old", asked: 0, report: [.opened(), .cached()])
            return world.result(1)
        }
        row("held, then once more over a resumed connection", "chain-invalid") { world in
            world.fetch(1)
            world.answered(world.task(0), "forged", asked: 0, report: [.opened(), .opened()])
            return world.result(1)
        }
        row("two challenges for one task, both allowed", "200 hello; asked 2 times") { world in
            world.fetch(1)
            let task = world.task(0)
            let (first, second) = (task.challenge(.asking(task)), task.challenge(.asking(task)))
            world.answer(0)
            world.answer(1)
            eventually { first.all == [.useCredential] && second.all == [.useCredential] }
            world.answered(task, "hello", report: [.opened(), .opened()])
            return "\(world.result(1)); asked \(world.holds().count) times"
        }
        row("two challenges for one task, the second rejected; the response comes over the first", "200 hello") { world in
            world.fetch(1)
            let task = world.task(0)
            _ = task.challenge(.asking(task))
            let second = task.challenge(.asking(task))
            world.answer(0)
            world.answer(1, false)
            eventually { second.all == [.cancelAuthenticationChallenge] }
            world.answered(task, "hello")
            return world.result(1)
        }
        row("a pooled connection that was held", "200 one, 200 two; asked 1 times, 1 sessions") { world in
            world.fetch(1)
            world.answered(world.task(0), "one", asked: 0)
            let first = world.result(1)
            world.fetch(2)
            world.answered(world.task(1), "two", report: [.reused()])
            return "\(first), \(world.result(2)); asked \(world.holds().count) times, \(Network.shared.openedSessions.count) sessions"
        }
        row("iOS reports the connections after the response", "200 hello") { world in
            world.fetch(1)
            let task = world.task(0)
            _ = task.challenge(.asking(task))
            world.answer(0)
            task.receive("hello")
            task.complete()
            world.settle()
            task.report([.opened()])
            return world.result(1)
        }
        row("another request in the session of a resumed connection", "chain-invalid, network; a third: 200 new, in 2 sessions") { world in
            world.fetch(1)
            world.answered(world.task(0), "one", asked: 0)
            _ = world.result(1)
            world.fetch(2)
            world.fetch(3)
            world.answered(world.task(1), "forged")
            let results = "\(world.result(2)), \(world.result(3))"
            world.fetch(4)
            world.answered(world.task(3), "new", asked: 1)
            return "\(results); a third: \(world.result(4)), in \(Network.shared.openedSessions.count) sessions"
        }
    }

    private static func challenges() {
        row("the page rejects", "rejected, with its id; told: ") { world in
            world.fetch(1)
            let task = world.task(0)
            let challenge = task.challenge(.asking(task))
            world.answer(0, false)
            eventually { challenge.all == [.cancelAuthenticationChallenge] }
            task.complete(URLError(.cancelled))
            return "\(world.result(1)), \(world.field("id", of: 1) == world.holds()[0]["id"] ? "with its id" : "without"); told: \(world.notices())"
        }
        row("iOS does not trust the certificate", "untrusted; asked 0 times") { world in
            refusedWithoutAsking(world) { .asking($0, distrust: "expired") }
        }
        row("a challenge of a proxy", "untrusted; asked 0 times") { world in refusedWithoutAsking(world) { .asking($0, isProxy: true) } }
        row("a challenge for another host", "untrusted; asked 0 times") { world in refusedWithoutAsking(world) { .asking($0, host: "b.test") } }
        row("a challenge for another port", "untrusted; asked 0 times") { world in refusedWithoutAsking(world) { .asking($0, port: 8443) } }
        row("the host in upper case, with a dot", "200 hello; hold for a.test.:443") { world in
            world.fetch(1)
            let task = world.task(0)
            _ = task.challenge(.asking(task, host: "A.test."))
            world.answer(0)
            world.answered(task, "hello")
            return "\(world.result(1)); hold for \(world.holds()[0]["host"]!.text!):\(world.holds()[0]["port"]!.count()!)"
        }
        row("a challenge for a password is iOS's own", "default; 200 hello") { world in
            world.fetch(1)
            let task = world.task(0)
            let challenge = task.challenge(URLProtectionSpace(host: "a.test", port: 443, method: NSURLAuthenticationMethodHTTPBasic, trust: nil))
            eventually { challenge.all == [.performDefaultHandling] }
            world.answered(task, "hello", asked: 0)
            return "default; \(world.result(1))"
        }
        row("a challenge after the page gave up", "aborted; challenge canceled: true; asked 0 times") { world in
            world.fetch(1)
            let task = world.task(0)
            world.say("abort", "\"request\":1")
            let challenge = task.challenge(.asking(task))
            eventually { !challenge.all.isEmpty }
            return "\(world.result(1)); challenge canceled: \(challenge.all == [.cancelAuthenticationChallenge]); asked \(world.holds().count) times"
        }
        row("the page gives up while two challenges wait", "aborted; canceled: true, task canceled: true") { world in
            world.fetch(1)
            let task = world.task(0)
            let both = [task.challenge(.asking(task)), task.challenge(.asking(task))]
            eventually { world.holds().count == 2 }
            world.say("abort", "\"request\":1")
            eventually { both.allSatisfy { !$0.all.isEmpty } }
            return "\(world.result(1)); canceled: \(both.allSatisfy { $0.all == [.cancelAuthenticationChallenge] }), task canceled: \(task.isCanceled)"
        }
        row("fresh: a session of its own, which is closed, and the hold has its number", "200 hello; 2 sessions, closed: true; request 2") { world in
            world.fetch(1)
            world.answered(world.task(0), "hello", asked: 0)
            _ = world.result(1)
            world.fetch(2, fresh: true)
            world.answered(world.task(1), "hello", asked: 1)
            let sessions = Network.shared.openedSessions
            return "\(world.result(2)); \(sessions.count) sessions, closed: \(sessions[1].wasInvalidated && !sessions[0].wasInvalidated); request \(world.holds()[1]["request"]?.count() ?? 0)"
        }
    }

    private static func refusedWithoutAsking(_ world: World, _ space: (URLSessionTask) -> URLProtectionSpace) -> String {
        world.fetch(1)
        let task = world.task(0)
        let challenge = task.challenge(space(task))
        eventually { challenge.all == [.cancelAuthenticationChallenge] }
        task.complete(URLError(.cancelled))
        return "\(world.result(1)); asked \(world.holds().count) times"
    }

    private static func redirects() {
        let headers = "[[\"X-Mine\",\"1\"],[\"Authorization\",\"secret\"],[\"Content-Type\",\"text/plain\"],[\"Content-Language\",\"de\"]]"
        for (what, method, status, to, expected) in [
            ("POST, 302 to another host", "POST", 302, "https://b.test/end", "GET b.test, no body, X-Mine"),
            ("POST, 302 to the same host", "POST", 302, "https://a.test/end", "GET a.test, no body, Authorization X-Mine"),
            ("POST, 307 to another host", "POST", 307, "https://b.test/end", "POST b.test, body, Content-Language Content-Type X-Mine"),
            ("POST, 308 to another port", "POST", 308, "https://a.test:8443/end", "POST a.test, body, Content-Language Content-Type X-Mine"),
            ("PUT, 302", "PUT", 302, "https://a.test/end", "PUT a.test, body, Authorization Content-Language Content-Type X-Mine"),
            ("PUT, 303", "PUT", 303, "https://a.test/end", "GET a.test, no body, Authorization X-Mine"),
        ] {
            row(what, "\(expected); the old task canceled: true; 200 end") { world in
                world.fetch(1, method: method, headers: headers, body: "b")
                let first = redirected(world, 0, status, to, asked: 0)
                let second = world.task(1)
                let request = second.originalRequest!
                let names = (request.allHTTPHeaderFields ?? [:]).keys.sorted().joined(separator: " ")
                let isElsewhere = request.url!.host != "a.test" || request.url!.port != nil
                world.answered(second, "end", asked: isElsewhere ? 1 : nil, report: [isElsewhere ? .opened() : .reused()])
                let body = request.httpBody == nil ? "no body" : "body"
                return "\(request.httpMethod!) \(request.url!.host!), \(body), \(names); the old task canceled: \(first.isCanceled); \(world.result(1))"
            }
        }
        row("a redirect over a resumed connection is not followed", "chain-invalid; 1 task") { world in
            world.fetch(1)
            let task = world.task(0)
            task.redirect(302, to: "https://b.test/")
            task.report([.opened()])
            let result = world.result(1)
            return "\(result); \(Network.shared.begun.count) task"
        }
        row("a late rejection of a hop that was allowed does not fail the next one", "200 end") { world in
            world.fetch(1)
            let first = world.task(0)
            _ = first.challenge(.asking(first))
            let late = first.challenge(.asking(first))
            world.answer(0)
            first.redirect(302, to: "https://b.test/")
            first.report([.opened()])
            let second = world.task(1)
            world.answer(1, false)
            eventually { late.all == [.cancelAuthenticationChallenge] }
            world.answered(second, "end", asked: 2)
            return world.result(1)
        }
        row("endless redirects", "network after 21 tasks") { world in
            world.fetch(1)
            for n in 0..<21 { _ = redirected(world, n, 302, "https://a.test/\(n)", asked: n == 0 ? 0 : nil) }
            return "\(world.result(1)) after \(Network.shared.begun.count) tasks"
        }
        row("a redirect to http", "network after 1 tasks") { world in
            world.fetch(1)
            _ = redirected(world, 0, 302, "http://a.test/", asked: 0)
            return "\(world.result(1)) after \(Network.shared.begun.count) tasks"
        }
    }

    private static func redirected(_ world: World, _ n: Int, _ status: Int, _ to: String, asked: Int?) -> URLSessionTask {
        let task = world.task(n)
        if let asked = asked {
            let challenge = task.challenge(.asking(task))
            world.answer(asked)
            eventually { challenge.all == [.useCredential] }
        }
        task.redirect(status, to: to)
        task.report([asked == nil ? .reused() : .opened()])
        eventually { task.isCanceled }
        return task
    }

    private static func policies() {
        row("20 requests at once: one opens a connection, 8 share", "1, then 8, at the end 20; 20 of 200 hello; asked 1 times") { world in
            for n in 1...20 { world.fetch(n) }
            world.settle()
            let alone = Network.shared.begun.count
            let first = world.task(0)
            _ = first.challenge(.asking(first))
            world.answer(0)
            eventually { Network.shared.begun.count == 8 }
            world.settle()
            let together = Network.shared.begun.count
            world.answered(first, "hello")
            for n in 1..<20 { world.answered(world.task(n), "hello", report: [.reused()]) }
            let results = (1...20).map(world.result)
            return "\(alone), then \(together), at the end \(Network.shared.begun.count); \(results.filter { $0 == "200 hello" }.count) of 200 hello; asked \(world.holds().count) times"
        }
        row("requests that wait when the policy changes go over new connections", "8 tasks in the old session, then 1 in a new one; the old end, 200 old; asked anew: 200 new") { world in
            for n in 1...12 { world.fetch(n) }
            let first = world.task(0)
            _ = first.challenge(.asking(first))
            world.answer(0)
            eventually { Network.shared.begun.count == 8 }
            world.policy(2)
            world.settle()
            let begun = Network.shared.begun
            let old = begun.filter { ObjectIdentifier($0.owner) == ObjectIdentifier(first.owner) }
            world.answered(first, "old")
            let ninth = world.task(8)
            let challenge = ninth.challenge(.asking(ninth))
            world.answer(1, sequence: 2)
            eventually { challenge.all == [.useCredential] }
            world.answered(ninth, "new")
            return "\(old.count) tasks in the old session, then \(begun.count - old.count) in a new one; the old end, \(world.result(1)); asked anew: \(world.result(9))"
        }
        row("sent over a pooled connection after the policy had changed", "network, and none of it to the page") { world in
            world.fetch(1)
            world.answered(world.task(0), "one", asked: 0)
            _ = world.result(1)
            world.fetch(2)
            let task = world.task(1)
            world.policy(2)
            world.answered(task, "forged", report: [.reused(sent: Date() + 1)])
            return "\(world.result(2)), and \(world.field("body", of: 2) == nil ? "none" : "all") of it to the page"
        }
        row("sent before the policy changed", "200 two") { world in
            world.fetch(1)
            world.answered(world.task(0), "one", asked: 0)
            _ = world.result(1)
            world.fetch(2)
            let task = world.task(1)
            let sent = Date() - 1
            world.policy(2)
            world.answered(task, "two", report: [.reused(sent: sent)])
            return world.result(2)
        }
        row("100 hosts: sessions are closed", "100 of 200 hello; 32 sessions left") { world in
            for n in 1...100 {
                world.fetch(n, "https://h\(n).test/")
                world.answered(world.task(n - 1), "hello", asked: n - 1)
                _ = world.result(n)
            }
            let left = Network.shared.openedSessions.filter { !$0.wasInvalidated }.count
            return "\((1...100).filter { world.result($0) == "200 hello" }.count) of 200 hello; \(left) sessions left"
        }
    }

    private static func contents() {
        row("the response's address, without its fragment", "https://a.test/end") { world in
            world.fetch(1)
            world.answered(world.task(0), "hello", asked: 0, url: "https://a.test/end#part")
            _ = world.result(1)
            return world.field("url", of: 1)!.text!
        }
        row("a body of more than 16 MiB", "body-too-large; task canceled: true") { world in
            world.fetch(1)
            let task = world.task(0)
            _ = task.challenge(.asking(task))
            world.answer(0)
            task.receive(String(repeating: "x", count: Gate.mostBodyBytes + 1))
            return "\(world.result(1)); task canceled: \(task.isCanceled)"
        }
        row("a body that is not base64 is refused", "request-invalid; 0 tasks") { world in
            world.fetch(1)
            world.settle()
            world.say("abort", "\"request\":1")
            let begun = Network.shared.begun.count
            world.queue.sync { world.gateRuns(FetchRequest(number: 2, url: "https://a.test/", method: "POST", headers: [], body: "A", timeout: 1, fresh: false)) }
            return "\(world.result(2)); \(Network.shared.begun.count - begun) tasks"
        }
        row("an address that iOS cannot read", "request-invalid") { world in
            world.fetch(1, "https://:1/")
            return world.result(1)
        }
        row("the gate keeps the time, and nothing is kept", "660 660 true true true") { world in
            world.fetch(1)
            let task = world.task(0)
            let configuration = task.owner.configuration
            let kept = [configuration.urlCache == nil, configuration.httpCookieStorage == nil && !configuration.httpShouldSetCookies, configuration.urlCredentialStorage == nil]
            return "\(Int(task.originalRequest!.timeoutInterval)) \(Int(configuration.timeoutIntervalForRequest)) \(kept.map(String.init).joined(separator: " "))"
        }
    }

    private static func row(_ what: String, _ expected: String, _ run: (World) -> String) {
        let world = World()
        Table.row(what, expected, run(world))
    }
}
