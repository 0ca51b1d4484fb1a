package chainpin.bridge

import okio.ByteString.Companion.toByteString

// The messages to the page, as text.

internal fun attached(session: String?, nonce: String, code: String?) = text("attached", "nonce" to nonce, "session" to session, "code" to code)

internal fun hold(session: String, id: String, held: HeldConnection) = text(
    "hold",
    "session" to session,
    "id" to id,
    "host" to held.site.host,
    "port" to held.site.port,
    "chain" to held.chain.map { it.toByteString().base64() },
    "source" to held.source,
    "anchor" to held.anchor.word,
    "request" to held.request,
)

internal fun pushed(session: String, sequence: Long, code: String?) =
    text("pushed", "session" to session, "sequence" to sequence, "ok" to (code == null), "code" to code)

internal fun response(session: String, request: Long, response: FetchResponse) = text(
    "response",
    "session" to session,
    "request" to request,
    "url" to response.url,
    "status" to response.status,
    "statusText" to response.statusText.take(LONGEST_TEXT),
    "headers" to response.headers.map { listOf(it.name, it.value) },
    "body" to response.body.toByteString().base64(),
)

internal fun failure(session: String, request: Long, code: String, id: String?, message: String) =
    text("failure", "session" to session, "request" to request, "code" to code, "id" to id, "message" to message.take(LONGEST_TEXT))

internal fun notice(session: String, code: String, id: String?, host: String?) =
    text("notice", "session" to session, "code" to code, "id" to id, "host" to host)

private fun text(type: String, vararg fields: Pair<String, Any?>) = Json.write(mapOf("v" to 1, "type" to type, *fields))
