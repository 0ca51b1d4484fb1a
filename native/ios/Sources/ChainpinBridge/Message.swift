import Foundation

/// The page's messages, version 1, and the one place where text becomes a message.
enum Message: Sendable {
    case attach(nonce: String, sequence: Int)
    case inSession(String, InSession)

    enum InSession: Sendable {
        case answer(id: String, sequence: Int, ok: Bool)
        case policy(sequence: Int)
        case push(EnforcedPins)
        case fetch(FetchRequest)
        case abort(request: Int)
        case detach
    }

    /// What a text is: a message, or why not, with what it says of itself.
    enum Parsed: Sendable {
        case read(Message)
        case faulty(Refusal, session: String?, id: String?)
    }

    static let longestText = 16_384
    static let mostHeaders = 200
    private static let longestUrl = 8_192
    /// 24 MiB: a body of 16 MiB in base64, and its headers.
    private static let longestMessage = 24 << 20
    static let longestBody = (Gate.mostBodyBytes + 2) / 3 * 4

    static func parse(_ text: String) -> Parsed {
        guard text.utf16.count <= longestMessage, let record = Json.read(text)?.record else { return .faulty(.protocolBroken, session: nil, id: nil) }
        let (session, id) = (record["session"]?.text, record["id"]?.text)
        guard record["v"]?.count(most: 1) == 1 else { return .faulty(.version, session: session, id: id) }
        guard let message = read(record) else { return .faulty(.protocolBroken, session: session, id: id) }
        return .read(message)
    }

    private static func read(_ record: [String: Json.Value]) -> Message? {
        guard let type = record["type"]?.text, let fields = Self.fields[type] else { return nil }
        let names = Set(record.keys).subtracting(["v", "type"])
        guard names.isSubset(of: fields.required.union(fields.optional)), names.isSuperset(of: fields.required) else { return nil }
        if type == "attach" {
            guard let nonce = record["nonce"]?.text, Alphabet.nonce.makesUp(nonce, 1...64), let sequence = record["sequence"]?.count() else { return nil }
            return .attach(nonce: nonce, sequence: sequence)
        }
        guard let session = secret(record["session"]), let message = readInSession(type, record) else { return nil }
        return .inSession(session, message)
    }

    private static func readInSession(_ type: String, _ record: [String: Json.Value]) -> InSession? {
        switch type {
        case "answer":
            return answer(record)
        case "policy":
            return record["sequence"]?.count().map { .policy(sequence: $0) }
        case "push":
            guard let sequence = record["sequence"]?.count(), let pins = PatternPins.list(record["pins"]),
                  let weaker = record["weaker"]?.list, weaker.count <= PatternPins.most,
                  weaker.allSatisfy({ $0.text.map { $0.utf16.count <= 253 } ?? false }) else { return nil }
            return .push(EnforcedPins(sequence: sequence, pins: pins))
        case "fetch":
            return fetch(record).map { .fetch($0) }
        case "abort":
            return record["request"]?.count().map { .abort(request: $0) }
        case "detach":
            return .detach
        default:
            return nil
        }
    }

    private static func answer(_ record: [String: Json.Value]) -> InSession? {
        guard let id = secret(record["id"]), let sequence = record["sequence"]?.count(), let ok = record["ok"]?.flag,
              let outcome = record["outcome"]?.text, ["pinned", "unlisted", "exempt", "tolerated", "rejected"].contains(outcome),
              let message = record["message"]?.text, message.utf16.count <= longestText else { return nil }
        if let reason = record["reason"] {
            guard let reason = reason.text, isReason(reason) else { return nil }
        }
        let agrees = ok == (outcome != "rejected") && (record["reason"] != nil) == ["tolerated", "rejected"].contains(outcome)
        return agrees ? .answer(id: id, sequence: sequence, ok: ok) : nil
    }

    private static func fetch(_ record: [String: Json.Value]) -> FetchRequest? {
        guard let number = record["request"]?.count(), let url = record["url"]?.text, isUrl(url),
              let method = record["method"]?.text, Alphabet.method.makesUp(method, 1...16), let headers = Self.headers(record["headers"]),
              let timeout = record["timeout"]?.count(most: 600_000), let fresh = record["fresh"]?.flag else { return nil }
        if let body = record["body"] {
            guard let text = body.text, isBase64(text) else { return nil }
        }
        return FetchRequest(number: number, url: url, method: method, headers: headers, body: record["body"]?.text, timeout: timeout, fresh: fresh)
    }

    private static func headers(_ value: Json.Value?) -> [Header]? {
        guard let items = value?.list, items.count <= mostHeaders else { return nil }
        let headers = items.compactMap { item -> Header? in
            guard let pair = item.list, pair.count == 2, let name = pair[0].text, let value = pair[1].text, isHeader(name, value) else { return nil }
            return Header(name: name, value: value)
        }
        return headers.count == items.count ? headers : nil
    }

    static func isUrl(_ text: String) -> Bool {
        text.utf8.starts(with: "https://".utf8) && Alphabet.url.makesUp(text, "https://".count + 1...longestUrl)
    }

    static func isHeader(_ name: String, _ value: String) -> Bool {
        Alphabet.token.makesUp(name, 1...longestMessage) && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }
    }

    /// Words of lower-case letters, with hyphens between them.
    private static func isReason(_ text: String) -> Bool {
        text.utf8.count <= 64 && text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { Alphabet.lowerCase.makesUp($0, 1...64) }
    }

    private static func isBase64(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count <= longestBody, bytes.count % 4 == 0 else { return false }
            let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
            return bytes.dropLast(padding).allSatisfy(Alphabet.base64.contains)
        }
    }

    private static func secret(_ value: Json.Value?) -> String? {
        guard let text = value?.text, Alphabet.secret.makesUp(text, 32...32) else { return nil }
        return text
    }

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
