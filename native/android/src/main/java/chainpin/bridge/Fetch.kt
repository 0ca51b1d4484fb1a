package chainpin.bridge

/** A request of the page. [timeout]: milliseconds, for all of it. [fresh]: over a connection of its own. [body]: base64. */
class FetchRequest(
    val number: Long,
    val url: String,
    val method: String,
    val headers: List<Header>,
    val body: String?,
    val timeout: Long,
    val fresh: Boolean,
) {
    internal fun isInvalid(): Boolean {
        val authority = url.removePrefix("https://").split('/', '?', '#', '\\', limit = 2).first()
        return '@' in authority ||
            headers.any { it.name.lowercase() in OWN_HEADERS } ||
            (body != null && method.uppercase() in setOf("GET", "HEAD"))
    }

    private companion object {
        /** Native's own: with them a request could be for another host than the one that was judged, or be cut in two. */
        val OWN_HEADERS = setOf("connection", "content-length", "host", "transfer-encoding", "upgrade")
    }
}

data class Header(val name: String, val value: String)

/** A response, read to its end. [url]: after redirects. */
class FetchResponse(val url: String, val status: Int, val statusText: String, val headers: List<Header>, val body: ByteArray)

/** Why a request failed, beside a [Refusal]. */
object FetchFailure {
    const val ABORTED = "aborted"
    const val BODY_TOO_LARGE = "body-too-large"

    /** DNS, TCP, TLS or HTTP. */
    const val NETWORK = "network"
    const val REQUEST_INVALID = "request-invalid"
    const val TIMEOUT = "timeout"

    /** The platform refused the certificate or its name; JavaScript was not asked. */
    const val UNTRUSTED = "untrusted"
}
