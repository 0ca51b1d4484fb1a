import Foundation

/// The page's messages, version 1, and the one place where text becomes a message.
enum Message {
    case attach(nonce: String, sequence: Int)
    case inSession(String, InSession)

    enum InSession {
        case answer(id: String, sequence: Int, ok: Bool)
        case policy(sequence: Int)
        case push(EnforcedPins)
        case fetch(FetchRequest)
        case abort(request: Int)
        case detach
    }

    /// What a text is: a message, or why not, with what it says of itself.
    enum Parsed {
        case read(Message)
        case faulty(Refusal, session: String?, id: String?)
    }

    static let longestText = 16_384
    static let mostHeaders = 200
    private static let longestUrl = 8_192
    /// 24 MiB: a body of 16 MiB in base64, and its headers.
    private static let longestMessage = 24 << 20
    private static let longestBody = (Gate.mostBodyBytes + 2) / 3 * 4

    static func parse(_ text: String) -> Parsed {
        guard text.utf16.count <= longestMessage, let record = Json.read(text) else { return .faulty(.protocolBroken, session: nil, id: nil) }
        let (session, id) = (record["session"] as? String, record["id"] as? String)
        guard Json.count(record["v"], most: 1) == 1 else { return .faulty(.version, session: session, id: id) }
        guard let message = read(record) else { return .faulty(.protocolBroken, session: session, id: id) }
        return .read(message)
    }

    private static func read(_ record: [String: Any]) -> Message? {
        guard let type = record["type"] as? String, let fields = Self.fields[type] else { return nil }
        let names = Set(record.keys).subtracting(["v", "type"])
        guard names.isSubset(of: fields.required.union(fields.optional)), names.isSuperset(of: fields.required) else { return nil }
        if type == "attach" {
            guard let nonce = like(record["nonce"], "[A-Za-z0-9_-]{1,64}"), let sequence = Json.count(record["sequence"]) else { return nil }
            return .attach(nonce: nonce, sequence: sequence)
        }
        guard let session = secret(record["session"]), let message = readInSession(type, record) else { return nil }
        return .inSession(session, message)
    }

    private static func readInSession(_ type: String, _ record: [String: Any]) -> InSession? {
        switch type {
        case "answer":
            return answer(record)
        case "policy":
            return Json.count(record["sequence"]).map { .policy(sequence: $0) }
        case "push":
            guard let sequence = Json.count(record["sequence"]), let pins = PatternPins.list(record["pins"]),
                  let weaker = record["weaker"] as? [String], weaker.count <= PatternPins.most, weaker.allSatisfy({ $0.utf16.count <= 253 }) else { return nil }
            return .push(EnforcedPins(sequence: sequence, pins: pins))
        case "fetch":
            return fetch(record).map { .fetch($0) }
        case "abort":
            return Json.count(record["request"]).map { .abort(request: $0) }
        case "detach":
            return .detach
        default:
            return nil
        }
    }

    private static func answer(_ record: [String: Any]) -> InSession? {
        guard let id = secret(record["id"]), let sequence = Json.count(record["sequence"]), let ok = Json.flag(record["ok"]),
              let outcome = record["outcome"] as? String, ["pinned", "unlisted", "exempt", "tolerated", "rejected"].contains(outcome),
              let message = record["message"] as? String, message.utf16.count <= longestText else { return nil }
        if let reason = record["reason"] {
            guard let reason = like(reason, "[a-z]+(?:-[a-z]+)*"), reason.utf16.count <= 64 else { return nil }
        }
        let agrees = ok == (outcome != "rejected") && (record["reason"] != nil) == ["tolerated", "rejected"].contains(outcome)
        return agrees ? .answer(id: id, sequence: sequence, ok: ok) : nil
    }

    private static func fetch(_ record: [String: Any]) -> FetchRequest? {
        guard let number = Json.count(record["request"]), let url = record["url"] as? String, isUrl(url),
              let method = like(record["method"], "[A-Za-z]{1,16}"), let headers = Self.headers(record["headers"]),
              let timeout = Json.count(record["timeout"], most: 600_000), let fresh = Json.flag(record["fresh"]) else { return nil }
        var body: String?
        if let value = record["body"] {
            guard let text = value as? String, isBase64(text) else { return nil }
            body = text
        }
        return FetchRequest(number: number, url: url, method: method, headers: headers, body: body, timeout: timeout, fresh: fresh)
    }

    private static func headers(_ value: Any?) -> [Header]? {
        guard let items = value as? [Any], items.count <= mostHeaders else { return nil }
        let headers = items.compactMap { item -> Header? in
            guard let pair = item as? [String], pair.count == 2, isHeader(pair[0], pair[1]) else { return nil }
            return Header(name: pair[0], value: pair[1])
        }
        return headers.count == items.count ? headers : nil
    }

    /// Printable ASCII without space and backslash.
    static func isUrl(_ text: String) -> Bool {
        text.utf16.count <= longestUrl && Json.matches(text, "https://[!-\\[\\]-~]+")
    }

    static func isHeader(_ name: String, _ value: String) -> Bool {
        Json.matches(name, "[!#$%&'*+.^_`|~0-9A-Za-z-]+") && value.unicodeScalars.allSatisfy { $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7f) }
    }

    private static func isBase64(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= longestBody, bytes.count % 4 == 0 else { return false }
        let digits = bytes.prefix { $0 != UInt8(ascii: "=") }
        return bytes.count - digits.count <= 2
            && bytes.dropFirst(digits.count).allSatisfy { $0 == UInt8(ascii: "=") }
            && digits.allSatisfy(base64.contains)
    }

    private static func secret(_ value: Any?) -> String? {
        like(value, "[0-9a-f]{32}")
    }

    private static func like(_ value: Any?, _ pattern: String) -> String? {
        guard let text = value as? String, Json.matches(text, pattern) else { return nil }
        return text
    }

    private static let base64 = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private struct Fields {
        let required: Set<String>
        var optional: Set<String> = []
    }

    private static let fields: [String: Fields] = [
        "attach": Fields(required: ["nonce", "sequence"]),
        "answer": Fields(required: ["session", "id", "sequence", "ok", "outcome", "message"], optional: ["reason"]),
        "policy": Fields(required: ["session", "sequence"]),
        "push": Fields(required: ["session", "sequence", "pins", "weaker"]),
        "fetch": Fields(required: ["session", "request", "url", "method", "headers", "timeout", "fresh"], optional: ["body"]),
        "abort": Fields(required: ["session", "request"]),
        "detach": Fields(required: ["session"]),
    ]
}
