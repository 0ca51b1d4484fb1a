package chainpin.bridge

/** The page's messages, version 1, and the one place where text becomes a message. */
internal sealed interface Message {
    class Attach(val nonce: String, val sequence: Long) : Message

    sealed interface InSession : Message {
        val session: String
    }

    class Answer(override val session: String, val id: String, val sequence: Long, val ok: Boolean) : InSession

    class Policy(override val session: String, val sequence: Long) : InSession

    class Push(override val session: String, val pins: EnforcedPins) : InSession

    class Fetch(override val session: String, val request: FetchRequest) : InSession

    class Abort(override val session: String, val request: Long) : InSession

    class Detach(override val session: String) : InSession
}

/** What a text is: a message, or why not, with what it says of itself. */
internal sealed interface Parsed {
    class Read(val message: Message) : Parsed

    data class Faulty(val fault: Refusal, val session: Any? = null, val id: Any? = null) : Parsed
}

internal fun parse(text: String): Parsed {
    val record = try {
        if (text.length <= LONGEST_MESSAGE) Json.read(text) as? Map<*, *> else null
    } catch (_: Json.Malformed) {
        null
    } ?: return Parsed.Faulty(Refusal.PROTOCOL)
    if (record["v"] != 1.0) return Parsed.Faulty(Refusal.VERSION, record["session"], record["id"])
    val shape = SHAPES[record["type"]]
    if (shape == null || !shape.fits(record)) return Parsed.Faulty(Refusal.PROTOCOL, record["session"], record["id"])
    return Parsed.Read(shape.make(record))
}

/** Each field's test; a name that ends in `?` may be absent. [agrees]: of several fields together. */
private class Shape(
    vararg fields: Pair<String, (Any?) -> Boolean>,
    private val agrees: (Map<*, *>) -> Boolean = { true },
    val make: (Map<*, *>) -> Message,
) {
    private val tests = fields.associate { (name, test) -> name.removeSuffix("?") to test }
    private val required = fields.map { it.first }.filterNot { it.endsWith("?") }

    fun fits(record: Map<*, *>): Boolean =
        record.keys.all { it == "v" || it == "type" || it in tests } &&
            record.keys.containsAll(required) &&
            tests.all { (name, test) -> name !in record || test(record[name]) } &&
            agrees(record)
}

private val SHAPES: Map<Any?, Shape> = mapOf(
    "attach" to Shape("nonce" to like("[A-Za-z0-9_-]{1,64}"), "sequence" to ::isCount) {
        Message.Attach(it["nonce"] as String, count(it["sequence"]))
    },
    "answer" to Shape(
        "session" to isSecret,
        "id" to isSecret,
        "sequence" to ::isCount,
        "ok" to ::isFlag,
        "outcome" to { it in setOf("pinned", "unlisted", "exempt", "tolerated", "rejected") },
        "reason?" to { it is String && it.length <= 64 && REASON.matches(it) },
        "message" to { it is String && it.length <= LONGEST_TEXT },
        agrees = { (it["ok"] == (it["outcome"] != "rejected")) && ("reason" in it == it["outcome"] in setOf("tolerated", "rejected")) },
    ) { Message.Answer(session(it), it["id"] as String, count(it["sequence"]), it["ok"] as Boolean) },
    "policy" to Shape("session" to isSecret, "sequence" to ::isCount) { Message.Policy(session(it), count(it["sequence"])) },
    "push" to Shape(
        "session" to isSecret,
        "sequence" to ::isCount,
        "pins" to ::isPins,
        "weaker" to { value -> value is List<*> && value.size <= MOST_PATTERNS && value.all { it is String && it.length <= 253 } },
    ) { Message.Push(session(it), EnforcedPins(count(it["sequence"]), pins(it["pins"]))) },
    "fetch" to Shape(
        "session" to isSecret,
        "request" to ::isCount,
        "url" to { it is String && it.length <= LONGEST_URL && URL.matches(it) },
        "method" to like("[A-Za-z]{1,16}"),
        "headers" to ::isHeaders,
        "body?" to ::isBody,
        "timeout" to { it is Double && it % 1 == 0.0 && it in 1.0..600_000.0 },
        "fresh" to ::isFlag,
    ) { Message.Fetch(session(it), fetchRequest(it)) },
    "abort" to Shape("session" to isSecret, "request" to ::isCount) { Message.Abort(session(it), count(it["request"])) },
    "detach" to Shape("session" to isSecret) { Message.Detach(session(it)) },
)

private fun session(record: Map<*, *>) = record["session"] as String

private fun fetchRequest(record: Map<*, *>) = FetchRequest(
    count(record["request"]),
    record["url"] as String,
    record["method"] as String,
    (record["headers"] as List<*>).map { it as List<*> }.map { Header(it[0] as String, it[1] as String) },
    record["body"] as String?,
    count(record["timeout"]),
    record["fresh"] as Boolean,
)

private val isSecret get() = like("[0-9a-f]{32}")

private fun like(pattern: String): (Any?) -> Boolean = Regex(pattern).let { regex -> { it is String && regex.matches(it) } }

/** An integer from 1 to 2^53 - 1. */
internal fun isCount(value: Any?) = value is Double && value % 1 == 0.0 && value in 1.0..MOST_COUNT

internal fun count(value: Any?) = (value as Double).toLong()

private fun isFlag(value: Any?) = value is Boolean

private fun isHeaders(value: Any?) = value is List<*> && value.size <= MOST_HEADERS && value.all {
    it is List<*> && it.size == 2 && isHeader(it[0], it[1])
}

internal fun isHeader(name: Any?, value: Any?) = name is String && value is String && TOKEN.matches(name) &&
    value.none { it == '\u007f' || (it < ' ' && it != '\t') }

private fun isBody(value: Any?): Boolean {
    if (value !is String || value.length > LONGEST_BODY || value.length % 4 != 0) return false
    return value.trimEnd('=').let { digits -> value.length - digits.length <= 2 && digits.all { it in 'A'..'Z' || it in 'a'..'z' || it in '0'..'9' || it == '+' || it == '/' } }
}

private const val MOST_COUNT = 9_007_199_254_740_991.0

/** Printable ASCII without space and backslash. */
private val URL = Regex("https://[!-\\[\\]-~]+")
private val REASON = Regex("[a-z]+(?:-[a-z]+)*")
private val TOKEN = Regex("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
internal const val MOST_HEADERS = 200
internal const val LONGEST_URL = 8_192
internal const val LONGEST_TEXT = 16_384

/** 24 MiB: a body of 16 MiB in base64, and its headers. */
private const val LONGEST_MESSAGE = 24 shl 20
private const val LONGEST_BODY = (Gate.MOST_BODY_BYTES + 2) / 3 * 4
