import Foundation

/// Scenarios of the contract against the Swift gate: those of tests/bridges/conformance/gate.json, and random messages.
enum Conformance {
    /// What was not as a scenario says; nil: nothing.
    static func unlike(_ scenario: Json.Value) -> String? {
        let fields = scenario.record!
        let run = Scenario(deadline: fields["deadline"]?.count(), enforced: fields["enforced"]?.count())
        for (index, step) in fields["steps"]!.list!.map({ $0.record! }).enumerated() {
            let seen = run.step(step)
            let expected = step["out"]?.list ?? []
            if step["times"] == nil, seen != expected { return "`\(fields["name"]!.text!)`, step \(index): \(expected), but \(seen)" }
        }
        return nil
    }

    static func run(_ file: String, _ what: String) {
        guard let scenarios = Json.read(Files.text(of: file))?.list else { preconditionFailure("no scenarios in \(file)") }
        let unlike = scenarios.compactMap(Self.unlike)
        Table.row(what, "\(scenarios.count) of \(scenarios.count)", "\(scenarios.count - unlike.count) of \(scenarios.count)\(unlike.first.map { ", not \($0.prefix(1500))" } ?? "")")
    }
}

private final class Scenario: GatePlatform {
    private var gate: Gate!
    private var timers: [Timer] = []
    private var holds: [String: Held] = [:]
    private var connections: [String: NSObject] = [:]
    private var out: [Json.Value] = []
    private var time = 0
    private var randoms = 0
    private var storageFails = false

    init(deadline: Int?, enforced: Int?) {
        gate = Gate(platform: self, deadline: deadline ?? Gate.defaultDeadline, enforced: enforced ?? 0)
    }

    func step(_ step: [String: Json.Value]) -> [Json.Value] {
        out = []
        switch step["do"]!.text! {
        case "receive": gate.receive(Message.parse(step["text"]?.text ?? step["message"]!.written))
        case "open":
            guard let times = step["times"]?.count() else {
                open(step["as"]!.text!, step)
                break
            }
            for n in 1...times { open("\(step["as"]!.text!)\(n)", step) }
        case "close":
            if let name = step["as"]?.text { holds[name]!.cancel() } else { gate.closed(connection(step)) }
        case "wait":
            if step["late"] != nil { time += step["ms"]!.count()! } else { advance(step["ms"]!.count()!) }
        case "page-closed": gate.pageClosed()
        case "respond": gate.respond(step["request"]!.count()!, response(step["response"]!.record!))
        case "fail":
            gate.fail(step["request"]!.count()!, step["code"]!.text!, step["message"]!.text!, held: step["as"]?.text.flatMap { holds[$0]!.id })
        case "storage": storageFails = step["fails"]!.flag!
        case let other: preconditionFailure("no step: \(other)")
        }
        return out
    }

    private func open(_ name: String, _ step: [String: Json.Value]) {
        let chain: [Data]
        if let bytes = step["bytes"]?.count() {
            chain = [Data(count: bytes)]
        } else if case .number(let times)? = step["repeat"] {
            chain = Array(repeating: Data(count: 3), count: Int(times))
        } else {
            chain = step["chain"]!.list!.map { Data(base64Encoded: $0.text!)! }
        }
        let held = HeldConnection(
            connection: connection(step), site: Site(host: step["host"]!.text!, port: step["port"]!.count()!), chain: chain,
            source: step["source"]!.text!, anchor: Anchor(rawValue: step["anchor"]!.text!)!, request: step["request"]?.count())
        holds[name] = gate.open(held) { decision in
            var fields: [String: Json.Value] = ["decide": .text(name), "ok": .flag(decision == .goOn)]
            if case .refused(let code) = decision { fields["code"] = .text(code.rawValue) }
            self.out.append(.record(fields))
        }
    }

    private func connection(_ step: [String: Json.Value]) -> NSObject {
        let name = step["connection"]!.text!
        let connection = connections[name] ?? NSObject()
        connections[name] = connection
        return connection
    }

    private func response(_ fields: [String: Json.Value]) -> FetchResponse {
        let headers = fields["headers"]!.list!.map { Header(name: $0.list![0].text!, value: $0.list![1].text!) }
        return FetchResponse(
            url: fields["url"]!.text!, status: fields["status"]!.count()!, statusText: fields["statusText"]!.text!, headers: headers, body: fields["body"]!.text!)
    }

    private func advance(_ millis: Int) {
        let until = time + millis
        while let next = timers.filter({ $0.at <= until }).min(by: { $0.at < $1.at }) {
            timers.removeAll { $0 === next }
            time = max(time, next.at)
            next.then()
        }
        time = until
    }

    func send(_ text: String) {
        out.append(.record(["send": Json.read(text)!]))
    }

    func random() -> String {
        randoms += 1
        let digits = String(randoms, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    func now() -> Int {
        time
    }

    func after(_ millis: Int, _ then: @escaping () -> Void) -> () -> Void {
        let timer = Timer(at: time + millis, then: then)
        timers.append(timer)
        return { self.timers.removeAll { $0 === timer } }
    }

    func drop() {
        out.append(.record(["drop": .flag(true)]))
    }

    func enforce(_ pins: EnforcedPins) -> Bool {
        out.append(.record(["enforce": Json.read(pins.text)!]))
        return !storageFails
    }

    func start(_ request: FetchRequest) {
        var fields: [String: Json.Value] = [
            "request": .number(Double(request.number)), "url": .text(request.url), "method": .text(request.method),
            "headers": .list(request.headers.map { .list([.text($0.name), .text($0.value)]) }),
            "timeout": .number(Double(request.timeout)), "fresh": .flag(request.fresh),
        ]
        if let body = request.body { fields["body"] = .text(body) }
        out.append(.record(["start": .record(fields)]))
    }

    func cancel(_ request: Int) {
        out.append(.record(["cancel": .number(Double(request))]))
    }

    private final class Timer {
        let at: Int
        let then: () -> Void

        init(at: Int, then: @escaping () -> Void) {
            (self.at, self.then) = (at, then)
        }
    }
}

private extension Json.Value {
    /// What was read, as text again.
    var written: String {
        switch self {
        case .null: return "null"
        case .flag(let flag): return String(flag)
        case .number(let number): return number.rounded() == number && abs(number) < 1e15 ? String(Int(number)) : String(number)
        case .text(let text): return Json.quoted(text)
        case .list(let items): return Json.list(items.map { $0.written })
        case .record(let fields): return Json.record(fields.map { (String(Json.quoted($0.key).dropFirst().dropLast()), $0.value.written) })
        case .deep: preconditionFailure("no scenario is so deep")
        }
    }
}
