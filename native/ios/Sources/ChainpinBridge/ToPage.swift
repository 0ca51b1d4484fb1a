import Foundation

/// The messages to the page, as text.
enum ToPage {
    static func attached(session: String?, nonce: String, code: String?) -> String {
        text("attached", [("nonce", quoted(nonce)), ("session", quoted(session)), ("code", quoted(code))])
    }

    static func hold(session: String, id: String, held: HeldConnection) -> String {
        text("hold", [
            ("session", quoted(session)),
            ("id", quoted(id)),
            ("host", quoted(held.site.host)),
            ("port", String(held.site.port)),
            ("chain", Json.list(held.chain.map { Json.quoted($0.base64EncodedString()) })),
            ("source", quoted(held.source)),
            ("anchor", quoted(held.anchor.rawValue)),
            ("request", held.request.map { String($0) }),
        ])
    }

    static func pushed(session: String, sequence: Int, code: String?) -> String {
        text("pushed", [("session", quoted(session)), ("sequence", String(sequence)), ("ok", String(code == nil)), ("code", quoted(code))])
    }

    static func response(session: String, request: Int, response: FetchResponse) -> String {
        text("response", [
            ("session", quoted(session)),
            ("request", String(request)),
            ("url", quoted(response.url)),
            ("status", String(response.status)),
            ("statusText", quoted(short(response.statusText))),
            ("headers", Json.list(response.headers.map { Json.list([Json.quoted($0.name), Json.quoted($0.value)]) })),
            ("body", quoted(response.body)),
        ])
    }

    static func failure(session: String, request: Int, code: String, id: String?, message: String) -> String {
        text("failure", [
            ("session", quoted(session)), ("request", String(request)), ("code", quoted(code)), ("id", quoted(id)), ("message", quoted(short(message))),
        ])
    }

    static func notice(session: String, code: String, id: String?, host: String?) -> String {
        text("notice", [("session", quoted(session)), ("code", quoted(code)), ("id", quoted(id)), ("host", quoted(host))])
    }

    private static func text(_ type: String, _ fields: [(name: String, value: String?)]) -> String {
        Json.record([("v", "1"), ("type", quoted(type))] + fields)
    }

    private static func quoted(_ text: String?) -> String? {
        text.map(Json.quoted)
    }

    /// The contract counts UTF-16 units, as JavaScript does.
    private static func short(_ text: String) -> String {
        let units = text.utf16
        guard let end = units.index(units.startIndex, offsetBy: Message.longestText, limitedBy: units.endIndex) else { return text }
        // Not within a surrogate pair.
        return String(text.unicodeScalars[..<(end.samePosition(in: text.unicodeScalars) ?? units.index(before: end))])
    }
}
