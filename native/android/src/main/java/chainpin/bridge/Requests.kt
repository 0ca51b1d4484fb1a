package chainpin.bridge

import java.io.IOException
import java.security.cert.CertificateException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutorService
import javax.net.ssl.SSLPeerUnverifiedException
import okhttp3.Call
import okhttp3.Headers
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okhttp3.ResponseBody
import okio.ByteString.Companion.decodeBase64

/** The page's requests, each on a thread of [threads], which also is the one that waits while its connection is held. */
internal class Requests(private val gate: Gate, private val client: HeldClient, private val threads: ExecutorService) {
    private val running = ConcurrentHashMap<Long, Running>()

    fun start(request: FetchRequest) {
        val own = Running(request)
        running[request.number] = own
        threads.execute {
            try {
                own.run()
            } finally {
                running.remove(request.number, own)
            }
        }
    }

    fun cancel(request: Long) {
        running.remove(request)?.cancel()
    }

    private inner class Running(private val request: FetchRequest) {
        @Volatile
        private var canceled = false

        @Volatile
        private var call: Call? = null

        fun cancel() {
            canceled = true
            call?.cancel()
        }

        fun run() {
            try {
                follow()
            } catch (error: HoldRefused) {
                gate.fail(request.number, error.code.code, error.message.orEmpty(), error.id)
            } catch (error: IOException) {
                gate.fail(request.number, if (error.isDistrust()) FetchFailure.UNTRUSTED else FetchFailure.NETWORK, error.message ?: error.toString())
            }
        }

        private fun follow() {
            var next: Request? = try {
                first()
            } catch (error: IllegalArgumentException) {
                return gate.fail(request.number, FetchFailure.REQUEST_INVALID, error.message.orEmpty())
            }
            var hops = 0
            while (next != null) {
                if (hops++ > MOST_REDIRECTS) throw IOException("more than $MOST_REDIRECTS redirects")
                next = execute(next).use { response -> redirect(response) ?: null.also { respond(response, response.body) } }
            }
        }

        private fun first(): Request {
            val headers = Headers.Builder().apply { request.headers.forEach { addUnsafeNonAscii(it.name, it.value) } }.build()
            val method = request.method.uppercase()
            val given = request.body?.let { it.decodeBase64() ?: throw IllegalArgumentException("the body is no base64") }
            val body = given?.toRequestBody() ?: if (method in NEEDS_BODY) NO_BODY else null
            return Request.Builder()
                .url(request.url)
                .headers(headers)
                .method(method, body)
                .tag(PageRequest::class.java, PageRequest(request.number, request.fresh))
                .build()
        }

        private fun execute(next: Request): Response {
            val call = if (request.fresh) client.freshCall(next) else client.newCall(next)
            this.call = call
            if (canceled) call.cancel()
            return call.execute()
        }

        // OkHttp 4 types the body as nullable.
        private fun respond(response: Response, body: ResponseBody?) {
            val source = body?.source() ?: throw IOException("a response without a body")
            if (source.request(Gate.MOST_BODY_BYTES + 1L)) {
                return gate.fail(request.number, FetchFailure.BODY_TOO_LARGE, "the response has more than ${Gate.MOST_BODY_BYTES} bytes")
            }
            val headers = response.headers.map { (name, value) -> Header(name, value) }
            // As fetch tells it: without the fragment, which is also the one part that OkHttp does not encode.
            val url = response.request.url.newBuilder().fragment(null).build().toString()
            if (response.code !in 200..599 || url.length > LONGEST_URL || headers.size > MOST_HEADERS || !headers.all { isHeader(it.name, it.value) }) {
                throw IOException("a response that cannot be passed on: status ${response.code}, ${headers.size} headers")
            }
            gate.respond(request.number, FetchResponse(url, response.code, response.message, headers, source.readByteArray()))
        }
    }

    private companion object {
        const val MOST_REDIRECTS = 20
        val NEEDS_BODY = setOf("POST", "PUT", "PATCH")
        val NO_BODY: RequestBody = ByteArray(0).toRequestBody()
    }
}

/** The request that a response asks for: by the Fetch Standard's rules (5.6), and to https only. Null: it asks for none. */
private fun redirect(response: Response): Request? {
    if (response.code !in setOf(301, 302, 303, 307, 308)) return null
    val location = response.header("Location") ?: return null
    val from = response.request
    val to = from.url.resolve(location)
    if (to == null || !to.isHttps) throw IOException("a redirect to what is no https address")
    val builder = from.newBuilder().url(to)
    val becomesGet = if (response.code == 303) from.method !in setOf("GET", "HEAD") else response.code < 303 && from.method == "POST"
    if (becomesGet) {
        builder.method("GET", null)
        for (name in from.headers.names().filter { it.startsWith("content-", ignoreCase = true) }) builder.removeHeader(name)
    }
    if (to.host != from.url.host || to.port != from.url.port) {
        for (name in listOf("Authorization", "Cookie", "Proxy-Authorization")) builder.removeHeader(name)
    }
    return builder.build()
}

/** Whether the platform refused the certificate or its name. */
private fun Throwable.isDistrust(): Boolean =
    generateSequence(this) { it.cause }.take(8).any { it is SSLPeerUnverifiedException || it is CertificateException }
