package chainpin.bridge

/** Where a verdict holds: the name that TLS checked, in lower case, as A-labels, or an IP address without brackets; and the port. */
data class Site(val host: String, val port: Int)

/**
 * A connection whose handshake is done, and whose trust and name the platform has checked.
 *
 * @param connection which one: the same object for the same connection
 * @param chain the path that the platform built and checked, leaf first, DER
 * @param request only for a `fresh` request: its number
 */
class HeldConnection(
    val connection: Any,
    val site: Site,
    val chain: List<ByteArray>,
    val source: String,
    val anchor: Anchor,
    val request: Long? = null,
)

/** What the path ends in: `USER` is a CA that the user or the company installed. */
enum class Anchor(val word: String) { SYSTEM("system"), UNKNOWN("unknown"), USER("user") }

/** One question to the page. */
class Held(val id: String?, private val onCancel: () -> Unit) {
    /** Nobody waits for the answer any more. */
    fun cancel() = onCancel()

    internal companion object {
        /** It is decided already. */
        val NONE = Held(null) {}
    }
}

/** What becomes of a held connection. */
sealed interface Decision {
    object GoOn : Decision

    data class Refused(val code: Refusal) : Decision
}

/** Why native refused a held connection. [isTold]: by a notice, since the page cannot know by itself. */
enum class Refusal(val code: String, internal val isTold: Boolean) {
    CHAIN_INVALID("chain-invalid", true),
    CLOSED("closed", false),
    DEADLINE("deadline", true),
    NOT_ATTACHED("not-attached", false),
    PAGE_CLOSED("page-closed", false),
    POLICY_CHANGED("policy-changed", true),
    PROTOCOL("protocol", true),
    REJECTED("rejected", false),
    SUPERSEDED("superseded", false),
    TOO_MANY("too-many", true),
    VERSION("version", true),
    WRONG_SEQUENCE("wrong-sequence", true),
}
