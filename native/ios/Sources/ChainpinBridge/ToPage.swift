import Foundation

/// The messages to the page, as text.
enum ToPage {
    static func attached(session: String?, nonce: String, code: String?) -> String {
        text("attached", ["nonce": nonce, "session": session, "code": code])
    }

    static func hold(session: String, id: String, held: HeldConnection) -> String {
        text("hold", [
            "session": session,
            "id": id,
            "host": held.site.host,
            "port": held.site.port,
            "chain": held.chain.map { $0.base64EncodedString() },
            "source": held.source,
            "anchor": held.anchor.rawValue,
            "request": held.request,
        ])
    }

    static func pushed(session: String, sequence: Int, code: String?) -> String {
        text("pushed", ["session": session, "sequence": sequence, "ok": code == nil, "code": code])
    }

    static func response(session: String, request: Int, response: FetchResponse) -> String {
        text("response", [
            "session": session,
            "request": request,
            "url": response.url,
            "status": response.status,
            "statusText": String(response.statusText.prefix(Message.longestText)),
            "headers": response.headers.map { [$0.name, $0.value] },
            "body": response.body.base64EncodedString(),
        ])
    }

    static func failure(session: String, request: Int, code: String, id: String?, message: String) -> String {
        text("failure", ["session": session, "request": request, "code": code, "id": id, "message": String(message.prefix(Message.longestText))])
    }

    static func notice(session: String, code: String, id: String?, host: String?) -> String {
        text("notice", ["session": session, "code": code, "id": id, "host": host])
    }

    private static func text(_ type: String, _ fields: [String: Any?]) -> String {
        Json.write(fields.compactMapValues { $0 }.merging(["v": 1, "type": type]) { first, _ in first })
    }
}
